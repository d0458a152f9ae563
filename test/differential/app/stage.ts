import { EventEmitter, once } from 'node:events'

/** How long anything that has to come may take, in milliseconds. */
export const patienceMs = 2_000

/** What a script and the procedures it calls share behind the wire's back: notes, gates, and signals that are watched. */
export class Stage {
  readonly #events = new EventEmitter()
  readonly #gates = new Map<string, PromiseWithResolvers<void>>()
  readonly #signals = new Map<string, AbortSignal>()
  #notes: string[] = []

  /** A procedure, or the context's maker, says that something happened. */
  note(line: string): void {
    this.#notes.push(line)
    this.#events.emit('note')
  }

  /** What was noted since the last time. */
  takeNotes(): string[] {
    const notes = this.#notes
    this.#notes = []
    return notes
  }

  /** Waits until something has been noted. */
  async noted(line: string): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs)
    while (!this.#notes.includes(line)) {
      try {
        await once(this.#events, 'note', { signal })
      } catch (cause) {
        throw new Error(`nobody noted '${line}', only ${JSON.stringify(this.#notes)}`, { cause })
      }
    }
  }

  /** A procedure waits here until the script opens the gate. */
  gate(name: string): Promise<void> {
    return this.#gateOf(name).promise
  }

  open(name: string): void {
    this.#gateOf(name).resolve()
  }

  /** A procedure shows its signal, for the script to look at later. */
  watch(name: string, signal: AbortSignal | undefined): void {
    if (signal) this.#signals.set(name, signal)
  }

  hasAborted(name: string): boolean | null {
    return this.#signals.get(name)?.aborted ?? null
  }

  #gateOf(name: string): PromiseWithResolvers<void> {
    const gate = this.#gates.get(name) ?? Promise.withResolvers<void>()
    this.#gates.set(name, gate)
    return gate
  }
}
