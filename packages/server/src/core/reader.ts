import type { Frame, PositionedFrame } from '@telltale/contract'
import type { Gate } from '../async/gate.ts'
import type { Admit, Permit } from '../seams/permit.ts'
import type { Emit } from '../telemetry/events.ts'
import { counted, firstFrames, type Greeting, nextFrame } from './next-frame.ts'
import type { OpenReader } from './open-reader.ts'

/** What a reader's frames need beside its place. */
export interface ReaderOptions extends Greeting {
  /** What each frame waits at. */
  readonly gate: Gate | null
  /** Issues the leave to read; without it nobody can take it back. */
  readonly admit?: Admit | undefined
  /** Called when the reader has its place; the answer when it gives it up. */
  readonly enter?: (() => (() => void) | undefined) | undefined
  /** Called instead when it ends without ever having had one. */
  readonly never?: (() => void) | undefined
  readonly emit: Emit
}

/** The same for a reader who pulls its frames. */
export interface PullOptions<TUpdate, TState, TShown> extends ReaderOptions {
  /** What is yielded for a frame. */
  readonly present: (frame: PositionedFrame<Frame<TUpdate, TState>>) => TShown
  readonly signal: AbortSignal
}

/**
 * The frames of one reader, pulled: `ready`, then batches and gaps, until the signal aborts. Every wait ends on abort, so
 * that the `finally` of whoever iterates always runs.
 */
export async function* readFrames<TEvent, TUpdate, TState, TShown>(
  open: () => Promise<OpenReader<TEvent, TUpdate, TState>>,
  options: PullOptions<TUpdate, TState, TShown>,
): AsyncGenerator<TShown, void, undefined> {
  const { signal, gate, emit } = options
  const show = (frame: PositionedFrame<Frame<TUpdate, TState>>): TShown => options.present(counted(frame, emit))
  // Begun in here: a generator that is never started would otherwise never give anything back.
  let permit: Permit | undefined
  const alarm = createAlarm(signal)
  let reader: OpenReader<TEvent, TUpdate, TState> | null = null
  let leave: (() => void) | undefined
  try {
    if (signal.aborted) return
    permit = options.admit?.(options.streamId)
    if (permit) permit.onOver = alarm.ring
    reader = await open()
    leave = options.enter?.()
    await gate?.enter(signal)
    for (const frame of firstFrames(reader, options)) {
      if (isOver(permit)) return
      yield show(frame)
    }
    const { cursor } = reader
    while (!signal.aborted) {
      const wait = gate?.enter(signal)
      if (wait) await wait
      if (signal.aborted || isOver(permit)) return
      const frame = nextFrame(reader)
      if (frame) yield show(frame)
      else {
        cursor.onWake = alarm.ring
        await alarm.wait()
        cursor.onWake = nothing
      }
    }
  } finally {
    if (reader) reader.cursor.onWake = nothing
    alarm.stop()
    permit?.release()
    leave?.()
    if (!reader) options.never?.()
    reader?.close()
  }
}

/** Whether the leave to read is over; throws when it was taken back. */
export function isOver(permit: Permit | null | undefined): boolean {
  const over = permit?.over ?? null
  if (over !== null && over !== 'done') throw over
  return over !== null
}

export const nothing = (): void => undefined

interface Alarm {
  readonly ring: () => void
  readonly wait: () => Promise<void> | undefined
  readonly stop: () => void
}

/** A bell that one waits for; it also rings when the signal aborts. */
function createAlarm(signal: AbortSignal): Alarm {
  let resolve: (() => void) | null = null
  const ring = (): void => {
    const waiter = resolve
    resolve = null
    waiter?.()
  }
  signal.addEventListener('abort', ring, { once: true })
  return {
    ring,
    wait: () => {
      if (signal.aborted) return undefined
      return new Promise<void>((done) => {
        resolve = done
      })
    },
    stop: () => signal.removeEventListener('abort', ring),
  }
}
