import { setTimeout as delay } from 'node:timers/promises'
import type { StatusApi } from '@telltale/server'
import { slowLineKey } from '../api/people.ts'
import type { Line } from './lines.ts'

/** What {@link runSlow} takes. */
export interface SlowRunOptions {
  readonly conversationId: string
  readonly line: Line
  /** The line's. */
  readonly name: string
  readonly status: StatusApi
  /** Ends it early. */
  readonly signal: AbortSignal
}

/** How much is said at a time, and how long it is quiet in between, in milliseconds. */
const chunk = 50
const chunkMs = 50

/** The first time the line lags so far that updates stand for earlier ones, the second time further than the server keeps. */
const parts = [
  { count: 1_600, isHeld: true },
  { count: 100, isHeld: false },
  { count: 3_000, isHeld: true },
  { count: 100, isHeld: false },
] as const
const total = parts.reduce((sum, { count }) => sum + count, 0)

/** Says a lot in a conversation, and holds a line meanwhile, twice. Answers how much was said. */
export async function runSlow({ conversationId, line, name, status, signal }: SlowRunOptions): Promise<number> {
  let said = 0
  try {
    for (const { count, isHeld } of parts) {
      if (isHeld) line.hold()
      else line.release()
      for (const end = said + count; said < end && !signal.aborted; ) {
        await delay(isHeld ? chunkMs : 10 * chunkMs)
        for (let index = 0; index < chunk; index++) sayNext()
      }
    }
    status.info(conversationId, `Counted to ${total.toLocaleString('en')}: that was all`, { [slowLineKey]: name })
    return said
  } finally {
    line.release()
  }

  function sayNext(): void {
    said++
    const text = `Counted to ${said.toLocaleString('en')}`
    // All have one key: to a reader who lags the last stands for those before it.
    status.progress(conversationId, text, { current: said, total, unit: 'updates' }, { key: 'count' })
  }
}
