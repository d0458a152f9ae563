import { createInterface } from 'node:readline'
import type { AnyContract, UpdateInput } from '@telltale/contract'
import { toBatches } from './batches.ts'
import type { Caller } from './caller.ts'
import { messageMaxBytes, refuseLarge, sizeOf } from './message-size.ts'
import { fail } from './terminal.ts'

/** A line of the input as an update. */
interface Line {
  readonly number: number
  readonly update: UpdateInput<AnyContract>
}

/** How many lines were accepted, and how many were not. */
export interface LinesOutcome {
  accepted: number
  rejected: number
}

/** Most updates of one call. */
const batchMax = 100

/**
 * Publishes each line of the input, in order: a line as soon as it comes, many at once when they come faster than the
 * server answers. A line that is refused is told and does not stop the others. Counts into `outcome`, which also holds
 * when the server went away in the middle.
 */
export async function publishLines(
  input: NodeJS.ReadStream,
  toUpdate: (text: string) => Line['update'],
  caller: Caller,
  outcome: LinesOutcome,
): Promise<void> {
  const reject = (line: number, { code, message }: { code: string; message: string }): void => {
    outcome.rejected++
    fail(`line ${line}: ${code}: ${message}`)
  }
  async function* lines(): AsyncGenerator<Line> {
    let number = 0
    let fault: Error | null = null
    input.once('error', (error) => {
      fault = error
    })
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++
      if (text.trim() === '') continue
      const update = toUpdate(text)
      const refusal = refuseLarge(update)
      if (refusal) reject(number, refusal)
      else yield { number, update }
    }
    // readline takes an input that cannot be read for one that ended.
    if (fault) throw fault
  }
  const limits = { countMax: batchMax, sizeMax: messageMaxBytes, sizeOf: ({ update }: Line) => sizeOf(update) }
  try {
    for await (const batch of toBatches(lines(), limits)) {
      const { accepted, rejected } = await caller.call((client) =>
        client.publishMany(batch.map(({ update }) => update)),
      )
      outcome.accepted += accepted
      for (const refusal of rejected) reject(batch[refusal.index]?.number ?? 0, refusal)
    }
  } finally {
    // A pipe that is still open would keep the process.
    input.destroy()
  }
}
