import { type Counts, parsePosition } from '@telltale/contract'
import type { Findings, Invariant } from './findings.ts'
import type { Ledger, LedgerEntry, Place } from './ledger.ts'
import { add, countAll, isSame, stretchOf, sum, textOf } from './stretch.ts'
import type { AppStep, ReaderFacts } from './told.ts'

/** What became of the updates a reader should have had. */
export interface Tally {
  readonly received: number
  /** Told to be missing, or stood for by a later one. */
  readonly covered: number
  readonly gaps: number
}

/** Gaps that were told, and whose end is not known before the next thing that comes. */
interface Told {
  counts: Record<string, number>
  isExact: boolean
  isEmpty: boolean
}

/** Goes through what an application was told, and holds it against what was accepted. */
export class AppWalk {
  readonly #facts: ReaderFacts
  readonly #ledger: Ledger
  readonly #findings: Findings
  readonly #seen = new Set<string>()
  /** The highest offset of each key that came, for what it stands for. */
  readonly #standing: ReadonlyMap<string, number>
  #wanted: ReadonlySet<string>
  #at: Place | null = null
  #told: Told = { counts: {}, isExact: true, isEmpty: true }
  #tally = { received: 0, covered: 0, gaps: 0 }

  constructor(facts: ReaderFacts, steps: readonly AppStep[], ledger: Ledger, findings: Findings) {
    this.#facts = facts
    this.#ledger = ledger
    this.#findings = findings
    this.#wanted = new Set(facts.categories)
    this.#standing = new Map(steps.flatMap((step) => (step.kind === 'update' ? this.#standsFor(step.update.id) : [])))
    for (const step of steps) this.#take(step)
    this.#finish()
  }

  get tally(): Tally {
    return this.#tally
  }

  #take(step: AppStep): void {
    if (step.kind === 'update') this.#update(step.update)
    else if (step.kind === 'gap') this.#gap(step)
    else if (step.kind === 'filter') this.#filter(step)
    // A permission that ended ends the stream.
    else if (this.#facts.revokedAtMs === null) this.#find('I4', `the stream ended: ${step.code}`)
  }

  #update(update: Extract<AppStep, { kind: 'update' }>['update']): void {
    const { conversationId } = this.#facts
    const entry = this.#ledger.byId(conversationId, update.id)
    if (!entry) return this.#find('I1', `${update.id} was never accepted in ${conversationId}`)
    const isItself = entry.offset === update.offset && entry.category === update.category
    if (!isItself || textOf(entry) !== update.text) this.#find('I1', `${update.id} came as something else`)
    if (!this.#wanted.has(update.category)) this.#find('I1', `${update.category} was not asked for`)
    if (this.#seen.has(update.id)) return this.#find('I3', `${update.id} came twice, at offset ${update.offset}`)
    this.#seen.add(update.id)
    this.#tally.received++
    const at = this.#start(entry)
    if (entry.epoch !== at.epoch) {
      this.#find('I4', `${update.id} is of another life of the log, and no gap said so`)
    } else if (entry.offset <= at.offset) {
      this.#find('I2', `offset ${entry.offset} came behind ${at.offset}`)
      return
    } else this.#settle(entry.offset - 1)
    this.#at = { epoch: entry.epoch, offset: entry.offset }
  }

  #gap({ gap }: Extract<AppStep, { kind: 'gap' }>): void {
    this.#tally.gaps++
    const counts = gap.dropped ?? {}
    if (gap.missed !== null && gap.missed !== sum(counts))
      this.#find('I9', `missed ${gap.missed} is not its counts' sum`)
    this.#tell(counts, gap.missed !== null)
    const to = gap.snapshot ? parsePosition(gap.snapshot.position) : null
    if (!to) return
    const at = this.#start({ ...to, offset: to.offset + 1 })
    if (to.epoch === at.epoch) {
      if (to.offset < at.offset) this.#find('I2', `a gap goes back from ${at.offset} to ${to.offset}`)
      else this.#settle(to.offset)
    } else {
      if (gap.reason !== 'epoch') this.#find('I9', `a gap into another life of the log says ${gap.reason}`)
      // How much of the old life is lost nobody can say.
      const lost = stretchOf(this.#ledger, this.#facts.conversationId, at, Number.POSITIVE_INFINITY, this.#wanted)
      this.#tally.covered += sum(countAll(lost))
      this.#forget()
    }
    this.#at = { epoch: to.epoch, offset: to.offset }
  }

  #filter({ categories, position }: Extract<AppStep, { kind: 'filter' }>): void {
    const place = position === null ? null : parsePosition(position)
    if (place) this.#start({ ...place, offset: place.offset + 1 })
    if (this.#at && place && place.epoch === this.#at.epoch && place.offset > this.#at.offset) {
      this.#settle(place.offset)
      this.#at = place
    }
    this.#wanted = new Set(categories)
  }

  /** Everything up to an offset is either here, or was told to be missing. */
  #settle(to: number): void {
    if (!this.#at) return
    const stretch = stretchOf(this.#ledger, this.#facts.conversationId, this.#at, to, this.#wanted)
    const missing = { ...stretch, events: stretch.events.filter((entry) => !this.#isStoodFor(entry)) }
    this.#tally.covered += sum(countAll(stretch))
    const [due, all] = [countAll(missing), countAll(stretch)]
    const { counts, isExact, isEmpty } = this.#told
    this.#forget()
    if (isEmpty) {
      if (sum(due) > 0) this.#find('I4', `behind ${this.#at.offset} up to ${to} is missing ${said(due)}, untold`)
    } else if (!isExact) {
      if (sum(all) === 0) this.#find('I9', `a gap behind ${this.#at.offset} up to ${to}, where nothing is missing`)
    } else if (!isSame(counts, due) && !isSame(counts, all)) {
      const invariant = sum(counts) > sum(all) ? 'I9' : 'I4'
      this.#find(invariant, `behind ${this.#at.offset} up to ${to} is missing ${said(due)}, told was ${said(counts)}`)
    }
  }

  #finish(): void {
    const head = this.#ledger.head(this.#facts.conversationId)
    if (!head || this.#facts.revokedAtMs !== null) return
    this.#at ??= this.#facts.begin === null ? head : this.#beginning(head)
    if (this.#at.epoch === head.epoch) this.#settle(head.offset)
    else this.#find('I4', 'the log began again, and no gap said so')
  }

  /** A later one of the same key, which the reader has, stands for it. */
  #isStoodFor({ epoch, category, key, isFinal, offset }: LedgerEntry): boolean {
    if (key === null || isFinal) return false
    return (this.#standing.get(keyName(epoch, category, key)) ?? 0) > offset
  }

  /** Where it is when the first thing comes; of what was told before a beginning that is not known nothing can be said. */
  #start(first: Place): Place {
    if (this.#at) return this.#at
    if (this.#facts.begin === null) this.#forget()
    const at = this.#beginning(first)
    this.#at = at
    return at
  }

  #beginning({ epoch, offset }: Place): Place {
    const { begin } = this.#facts
    if (begin === 'origin') return { epoch, offset: 0 }
    return begin ?? { epoch, offset: offset - 1 }
  }

  #standsFor(id: string): [string, number][] {
    const entry = this.#ledger.byId(this.#facts.conversationId, id)
    return entry?.key ? [[keyName(entry.epoch, entry.category, entry.key), entry.offset]] : []
  }

  #tell(counts: Counts, isExact: boolean): void {
    const told = this.#told
    for (const [category, count] of Object.entries(counts)) add(told.counts, category, count)
    told.isExact &&= isExact
    told.isEmpty = false
  }

  #forget(): void {
    this.#told = { counts: {}, isExact: true, isEmpty: true }
  }

  #find(invariant: Invariant, problem: string): void {
    this.#findings.add(invariant, this.#facts.name, problem)
  }
}

function keyName(epoch: string, category: string, key: string): string {
  return JSON.stringify([epoch, category, key])
}

function said(counts: Counts): string {
  return JSON.stringify(counts)
}
