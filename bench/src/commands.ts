import type { ContenderName } from './contenders/registry.ts'
import type { Plan } from './plan.ts'

/** What one process asks of another, by name, each answered before the next is asked. */
export type Commands = { readonly [name: string]: { readonly ask: unknown; readonly answer: unknown } }

/** What the driver asks of the process with the server. */
export type ServerCommands = {
  open: { ask: { contender: ContenderName; path?: string | undefined }; answer: { port: number; ackPort: number } }
  /** Answered when the server sends to so many readers. */
  ready: { ask: { readers: number }; answer: null }
  /** Answered when every reader has everything. */
  produce: { ask: { forMs: number; plan: Plan }; answer: Produced }
  drip: { ask: { count: number; intervalMs: number }; answer: null }
}

/** What the driver asks of the process with the readers. */
export type LoadCommands = {
  connect: {
    ask: { contender: ContenderName; port: number; ackPort: number; readers: number; ackEvery: number }
    answer: null
  }
  /** The first reader parses every so many-th message; `isTimed` has all readers parse all, and take the time. */
  begin: { ask: { parsesEvery: number; isTimed: boolean }; answer: null }
  end: { ask: null; answer: Received }
}

/** What the driver asks of the process that measures the cost of a call. */
export type CostCommands = {
  measure: { ask: { samples: number }; answer: Costs }
}

export interface Produced {
  readonly updates: number
  readonly elapsedMs: number
  readonly cpuMs: number
}

export interface Received {
  /** Updates, over all readers. */
  readonly updates: number
  readonly messages: number
  /** Payload of the messages. */
  readonly bytes: number
  /** What came over the sockets: with the heads of the frames, and compressed where it was. */
  readonly wireBytes: number
  /** Updates that a reader did not get. */
  readonly missed: number
  /** Updates that came again or too late. */
  readonly disordered: number
  /** Updates that were parsed whole and compared with what was said. */
  readonly parsed: number
  /** The first thing that was wrong, in words. */
  readonly problem: string | null
  readonly latenciesMicros: readonly number[]
  readonly elapsedMs: number
  readonly cpuMs: number
}

/** Nanoseconds an update, one for each sample. */
export interface Costs {
  readonly updateBytes: number
  readonly stringify: readonly number[]
  readonly call: readonly number[]
  readonly callAndDrain: readonly number[]
  readonly callDrainAndRead: readonly number[]
}

/** A line to a child. */
export interface Question {
  readonly name: string
  readonly ask: unknown
}

/** The line that comes back. */
export type Answer = { readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly problem: string }

/** Answers the driver's commands until it goes away. */
export function answerCommands<TCommands extends Commands>(
  handlers: {
    readonly [TName in keyof TCommands]: (
      ask: TCommands[TName]['ask'],
    ) => TCommands[TName]['answer'] | Promise<TCommands[TName]['answer']>
  },
): void {
  const reply = (answer: Answer): void => void process.send?.(answer)
  const answer = async ({ name, ask }: Question): Promise<void> => {
    const handler = handlers[name]
    if (!handler) throw new Error(`no command ${name}`)
    reply({ ok: true, answer: await handler(ask) })
  }
  process.on('message', (question: Question) => {
    answer(question).catch((error: unknown) =>
      reply({ ok: false, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    )
  })
  // The driver is gone, one way or another: nothing may be left behind.
  process.on('disconnect', () => process.exit())
}
