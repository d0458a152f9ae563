import { TelltaleError } from '@telltale/contract/wire'
import type { Connection } from '../connection/connection.ts'
import type { Upstream } from './upstream.ts'

/** Changes what a stream carries, one change after the other. */
export class CategoryChanges {
  readonly #upstream: Upstream
  readonly #connection: Pick<Connection, 'query'>
  #last: Promise<unknown> = Promise.resolve()

  constructor(upstream: Upstream, connection: Pick<Connection, 'query'>) {
    this.#upstream = upstream
    this.#connection = connection
  }

  /** What is carried now, as far as it is known. */
  get categories(): readonly string[] {
    const { state, categories } = this.#upstream
    return state.position === null ? (categories ?? []) : state.categories
  }

  add(categories: readonly string[]): Promise<void> {
    return this.#after(async () => {
      const all = await this.#all()
      const unknown = categories.find((category) => !all.includes(category))
      // A stream at rest asks only later: then it would be too late to say so.
      if (unknown !== undefined) throw new TelltaleError('UNKNOWN_CATEGORY', `the categories are ${all.join(', ')}`)
      const before = new Set(this.#upstream.categories ?? all)
      if (!categories.every((category) => before.has(category))) {
        await this.#upstream.change([...new Set([...before, ...categories])])
      }
    })
  }

  remove(categories: readonly string[]): Promise<void> {
    return this.#after(async () => {
      const before = this.#upstream.categories ?? (await this.#all())
      const next = before.filter((category) => !categories.includes(category))
      if (next.length < before.length) await this.#upstream.change(next)
    })
  }

  /** What a stream carries that asked for everything. */
  async #all(): Promise<readonly string[]> {
    const { available } = this.#upstream.state
    if (available.length > 0) return available
    const described = (await this.#connection.query('status.categories')) as readonly { readonly name: string }[]
    return described.map(({ name }) => name)
  }

  #after(change: () => Promise<void>): Promise<void> {
    const changed = this.#last.then(change)
    this.#last = changed.catch(() => undefined)
    return changed
  }
}
