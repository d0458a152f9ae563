/** What the laboratory holds to be true of every run. */
export const invariants = {
  I1: 'no phantom: what is received was accepted, there, and was asked for',
  I2: 'order: offsets increase in a life of the log',
  I3: 'nothing reaches the application twice',
  I4: 'what was accepted is received, or covered by a gap that was told',
  I5: 'nothing is received two seconds after the permission ended',
  I6: 'queues and memory stay below their limits',
  I7: 'once the fault is over, everybody reaches the top in time',
  I8: 'the accounts close: nothing that was said is neither accepted, shed nor refused',
  I9: 'a gap is told only where something is missing, and says how much',
  I10: 'at rest, those who are present are those who are connected',
  I11: 'when all have left, nothing is left',
} as const

export type Invariant = keyof typeof invariants

/** One invariant that did not hold. */
export interface Finding {
  readonly invariant: Invariant
  /** Whose log shows it. */
  readonly reader: string
  readonly problem: string
}

/** Most findings of one kind that are kept of a reader: one cause shows in every update after it. */
const keptMax = 3

/** What was found so far. */
export class Findings {
  readonly #found: Finding[] = []
  readonly #counts = new Map<string, number>()

  add(invariant: Invariant, reader: string, problem: string): void {
    const name = `${invariant} ${reader}`
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    if (count <= keptMax) this.#found.push({ invariant, reader, problem })
  }

  /** Each as one line, for an assertion that shows them. */
  get lines(): string[] {
    return this.#found.map(({ invariant, reader, problem }) => `${invariant} ${reader}: ${problem}`)
  }

  /** The invariants that broke, in their order. */
  get broken(): Invariant[] {
    const broken = new Set(this.#found.map(({ invariant }) => invariant))
    return (Object.keys(invariants) as Invariant[]).filter((name) => broken.has(name))
  }
}
