import { WebSocket } from 'ws'
import type { AppReader } from './app-reader.ts'
import type { Lab } from './lab.ts'
import type { LabServer } from './lab-server.ts'
import { until } from './until.ts'

/** A client whose changes of categories are seen on their way out: with them goes the position they begin at. */
export interface ChangingClient {
  readonly client: ReturnType<Lab<LabServer>['client']>
  /** How many messages went out that ask for a change. */
  readonly asked: number
  /** Changes what a reader wants, and writes down from where; gives up waiting after a while. */
  readonly change: (reader: AppReader, how: 'add' | 'remove', categories: readonly string[]) => Promise<void>
}

/** The positions that a message asks to go on from. */
const afters = /(?<="after":")[^"]+/g

/** Builds one. */
export function openChangingClient(lab: Pick<Lab<LabServer>, 'client'>): ChangingClient {
  let position: string | null = null
  let asked = 0
  class SeenSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      const send = this.send.bind(this) as (...args: readonly unknown[]) => void
      this.send = (...sent: readonly unknown[]) => {
        const [text] = sent
        // After a cut one message asks again for what was there and for what stands in for it: that is the last.
        if (typeof text === 'string' && text.includes('"replaces"')) {
          position = text.match(afters)?.at(-1) ?? null
          asked++
        }
        send(...sent)
      }
    }
  }
  const client = lab.client({ WebSocket: SeenSocket as never })
  return {
    client,
    get asked() {
      return asked
    },
    async change(reader, how, categories) {
      const { stream, wanted } = reader
      const next = how === 'add' ? [...wanted, ...categories] : wanted.filter((name) => !categories.includes(name))
      const changed =
        how === 'add'
          ? stream.subscribeCategories(categories as never)
          : stream.unsubscribeCategories(categories as never)
      const step = reader.changedTo(next)
      let isOver = false
      // One that was refused shows in what comes after it.
      const over = (): void => {
        isOver = true
      }
      void changed.then(over, over)
      await until(() => isOver, 3_000)
      step.position = position
    },
  }
}
