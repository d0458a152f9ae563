import { comparePositions, parsePosition, type StatusSnapshot, type StatusUpdate } from '@telltale/contract'
import type { Tally } from './app-walk.ts'
import type { Findings, Invariant } from './findings.ts'
import type { Ledger } from './ledger.ts'
import { countAll, isSame, stretchOf, sum, textOf } from './stretch.ts'
import type { ReaderFacts, WireStep } from './told.ts'

/** Goes through the frames that a stock client was given, and holds each against what was accepted. */
export class WireWalk {
  readonly #facts: ReaderFacts
  readonly #ledger: Ledger
  readonly #findings: Findings
  readonly #seen = new Set<string>()
  readonly #wanted: ReadonlySet<string>
  #at: string | null = null
  #tally = { received: 0, covered: 0, gaps: 0 }

  constructor(facts: ReaderFacts, steps: readonly WireStep[], ledger: Ledger, findings: Findings) {
    this.#facts = facts
    this.#ledger = ledger
    this.#findings = findings
    this.#wanted = new Set(facts.categories)
    for (const step of steps) this.#take(step)
    this.#finish()
  }

  get tally(): Tally {
    return this.#tally
  }

  #take({ id, frame }: WireStep): void {
    if (id === null) return this.#find('I4', `a ${frame.type} came untracked: the place to resume from is gone`)
    if (frame.type === 'ready') this.#ready(id, frame)
    else {
      if (frame.after !== this.#at) this.#find('I4', `a ${frame.type} behind ${frame.after} follows ${this.#at}`)
      if (frame.type === 'batch') this.#batch(id, frame)
      else this.#gap(id, frame)
    }
    this.#at = id
  }

  #ready(id: string, frame: Extract<WireStep['frame'], { type: 'ready' }>): void {
    if (frame.from !== id) this.#find('I4', `a beginning at ${frame.from} is tracked as ${id}`)
    if (this.#at !== null && frame.from !== this.#at) {
      this.#find('I4', `it goes on at ${frame.from}, and was at ${this.#at}`)
    }
    const from = parsePosition(frame.from)
    if (this.#at === null && this.#facts.begin === 'origin' && from?.offset !== 0) {
      this.#find('I4', `it begins at ${frame.from}, and was there from the origin`)
    }
    if (frame.snapshot) this.#snapshot(frame.snapshot, id)
  }

  #batch(id: string, frame: Extract<WireStep['frame'], { type: 'batch' }>): void {
    const to = parsePosition(id)
    const due = this.#stretch(frame.after, id)
    const shown = new Map(frame.updates.map((update) => [update.offset, update]))
    let last = parsePosition(frame.after)?.offset ?? 0
    for (const update of frame.updates) {
      this.#update(update)
      if (update.offset <= last || update.offset > (to?.offset ?? 0)) {
        this.#find('I2', `offset ${update.offset} behind ${last}, in a frame up to ${to?.offset}`)
      }
      last = update.offset
    }
    const left = due.events.filter(({ offset }) => !shown.has(offset))
    const isStoodFor = left.every(
      ({ key, category, offset, isFinal }) =>
        !isFinal &&
        frame.updates.some((later) => later.offset > offset && this.#nameOf(later.id) === `${category} ${key}`),
    )
    this.#tally.covered += left.length
    if (left.length > 0 && !isStoodFor) {
      this.#find('I4', `${left.length} updates are missing in (${frame.after}, ${id}], untold`)
    } else if (!isSame(frame.skipped ?? {}, countAll({ events: left, shed: {} }))) {
      this.#find('I4', `${left.length} updates were skipped, and ${sum(frame.skipped ?? {})} were said to be`)
    }
    if (sum(due.shed) > 0) this.#find('I4', `what was shed in (${frame.after}, ${id}] is not told`)
  }

  #update(update: StatusUpdate): void {
    const { conversationId } = this.#facts
    const entry = this.#ledger.byId(conversationId, update.id)
    this.#tally.received++
    if (!entry) return this.#find('I1', `${update.id} was never accepted in ${conversationId}`)
    if (entry.offset !== update.offset || textOf(entry) !== update.text) {
      this.#find('I1', `${update.id} came as something else`)
    }
    if (!this.#wanted.has(update.category)) this.#find('I1', `${update.category} was not asked for`)
    if (this.#seen.has(update.id)) this.#find('I3', `${update.id} came twice, at offset ${update.offset}`)
    this.#seen.add(update.id)
  }

  #gap(id: string, frame: Extract<WireStep['frame'], { type: 'gap' }>): void {
    this.#tally.gaps++
    if (frame.snapshot) this.#snapshot(frame.snapshot, id)
    const order = comparePositions(frame.after, id)
    const isSameLife = parsePosition(frame.after)?.epoch === parsePosition(id)?.epoch
    if (!isSameLife || frame.reason === 'epoch') {
      if (isSameLife || frame.missed !== null) this.#find('I9', `a gap (${frame.after}, ${id}] says ${frame.reason}`)
      return
    }
    if (order !== 'before') this.#find('I2', `a gap goes from ${frame.after} to ${id}`)
    const due = countAll(this.#stretch(frame.after, id))
    this.#tally.covered += sum(due)
    if (sum(due) === 0) this.#find('I9', `a gap (${frame.after}, ${id}], where nothing is missing`)
    else if (frame.missed !== null && (frame.missed !== sum(due) || !isSame(frame.dropped ?? {}, due))) {
      const invariant = frame.missed > sum(due) ? 'I9' : 'I4'
      this.#find(invariant, `a gap (${frame.after}, ${id}] says ${frame.missed}, and ${sum(due)} are missing`)
    }
  }

  #snapshot(snapshot: StatusSnapshot, id: string): void {
    const to = parsePosition(id)
    if (snapshot.position !== id) this.#find('I4', `a snapshot of ${snapshot.position} at ${id}`)
    if (!to) return
    const { events } = stretchOf(
      this.#ledger,
      this.#facts.conversationId,
      { ...to, offset: 0 },
      to.offset,
      this.#wanted,
    )
    const counts: { readonly [category: string]: number } = snapshot.counts
    if (!isSame(counts, countAll({ events, shed: {} }))) {
      this.#find('I4', `the snapshot at ${id} counts ${sum(counts)} updates of ${events.length}`)
    }
    for (const category of this.#wanted) {
      const latest = events.findLast((entry) => entry.category === category)?.id
      const shown = Object.values(snapshot.latest).find((update) => update.category === category)?.id
      if (latest !== shown)
        this.#find('I4', `the snapshot at ${id} has ${shown} as the latest ${category}, not ${latest}`)
    }
  }

  #finish(): void {
    const head = this.#ledger.head(this.#facts.conversationId)
    if (!head || this.#facts.revokedAtMs !== null) return
    const at = this.#at === null ? null : parsePosition(this.#at)
    if (!at || at.epoch !== head.epoch) return this.#find('I4', `it stands at ${this.#at}, in no life of the log`)
    const { conversationId } = this.#facts
    const { events, shed } = stretchOf(this.#ledger, conversationId, at, head.offset, this.#wanted)
    if (events.length > 0 || sum(shed) > 0) this.#find('I4', `${events.length} updates never came`)
  }

  /** What it stands for: the key in the log, which of a span is not the one that the update shows. */
  #nameOf(id: string): string | null {
    const entry = this.#ledger.byId(this.#facts.conversationId, id)
    return entry?.key ? `${entry.category} ${entry.key}` : null
  }

  #stretch(after: string, id: string) {
    const [from, to] = [parsePosition(after), parsePosition(id)]
    if (!from || !to || from.epoch !== to.epoch) {
      this.#find('I4', `${after} and ${id} are not of one life of the log`)
      return { events: [], shed: {} }
    }
    return stretchOf(this.#ledger, this.#facts.conversationId, from, to.offset, this.#wanted)
  }

  #find(invariant: Invariant, problem: string): void {
    this.#findings.add(invariant, this.#facts.name, problem)
  }
}
