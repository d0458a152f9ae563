import { type Frame, formatPosition, type PositionedFrame, protocolVersion, sumCounts } from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import type { Gate } from '../async/gate.ts'
import type { Admit, Permit } from '../seams/permit.ts'
import type { Emit } from '../telemetry/events.ts'
import { SharedFrame } from './batch.ts'
import type { OpenReader } from './hub.ts'
import { placeFrame } from './placed.ts'

/** What a reader's stream of frames needs beside its place. */
export interface ReaderOptions<TUpdate, TState, TShown> {
  /** What is yielded for a frame. */
  readonly present: (frame: PositionedFrame<Frame<TUpdate, TState>>) => TShown
  /** Takes frames past the iteration while nothing has to be waited for; without it every frame is yielded. */
  readonly push?: ((frame: PositionedFrame<Frame<TUpdate, TState>>) => void) | undefined
  readonly signal: AbortSignal
  /** What each frame waits at. */
  readonly gate: Gate | null
  readonly streamId: string
  /** Issues the leave to read; without it nobody can take it back. */
  readonly admit?: Admit | undefined
  readonly available: readonly string[]
  readonly clock: Clock
  readonly emit: Emit
}

/**
 * The frames of one reader: `ready`, then batches and gaps, until the signal aborts. Every wait ends on abort, so that
 * the `finally` of whoever iterates always runs.
 */
export async function* readFrames<TEvent, TUpdate, TState, TShown>(
  open: () => Promise<OpenReader<TEvent, TUpdate, TState>>,
  options: ReaderOptions<TUpdate, TState, TShown>,
): AsyncGenerator<TShown, void, undefined> {
  const { signal, gate, emit, push } = options
  const show = (frame: PositionedFrame<Frame<TUpdate, TState>>): TShown => options.present(counted(frame, emit))
  if (signal.aborted) return
  // Begun in here: a generator that is never started would otherwise never give anything back.
  const permit = options.admit?.(options.streamId)
  const alarm = createAlarm(signal)
  if (permit) permit.onOver = alarm.ring
  let reader: OpenReader<TEvent, TUpdate, TState> | null = null
  try {
    reader = await open()
    const { cursor, start } = reader
    await gate?.enter(signal)
    if (isOver(permit)) return
    yield show(readyFrame(reader, options))
    if (start.gap && !isOver(permit)) yield show(cursor.beginWithGap(start.gap))
    while (!signal.aborted) {
      const wait = gate?.enter(signal)
      if (wait) await wait
      if (signal.aborted || isOver(permit)) return
      const frame = nextFrame(reader)
      if (frame) yield show(frame)
      else {
        cursor.onWake = push ? pusher(reader, options, push, { permit, alarm }) : alarm.ring
        await alarm.wait()
        cursor.onWake = nothing
      }
    }
  } finally {
    if (reader) reader.cursor.onWake = nothing
    alarm.stop()
    permit?.release()
    reader?.close()
  }
}

/** Whether the leave to read is over; throws when it was taken back. */
function isOver(permit: Permit | undefined): boolean {
  const over = permit?.over ?? null
  if (over !== null && over !== 'done') throw over
  return over !== null
}

const nothing = (): void => undefined

function nextFrame<TEvent, TUpdate, TState>({
  channel,
  cursor,
}: OpenReader<TEvent, TUpdate, TState>): PositionedFrame<Frame<TUpdate, TState>> | null {
  const moved = cursor.follow(channel.window)
  if (moved) return moved
  const read = cursor.read()
  if (read.kind === 'behind') return cursor.giveUp('slow')
  return read.kind === 'frame' ? read.frame : null
}

/** Pushes what there is, up to the gate; behind a closed gate the iteration goes on, for it can wait, and end. */
function pusher<TEvent, TUpdate, TState>(
  reader: OpenReader<TEvent, TUpdate, TState>,
  { signal, gate, emit }: { signal: AbortSignal; gate: Gate | null; emit: Emit },
  push: (frame: PositionedFrame<Frame<TUpdate, TState>>) => void,
  { permit, alarm }: { permit: Permit | undefined; alarm: Alarm },
): () => void {
  return () => {
    while (!signal.aborted) {
      if (permit?.over || (gate && !gate.isOpen)) return alarm.ring()
      const frame = nextFrame(reader)
      if (!frame) return
      push(counted(frame, emit))
    }
  }
}

function readyFrame<TEvent, TUpdate, TState>(
  { channel, cursor, start }: OpenReader<TEvent, TUpdate, TState>,
  options: { streamId: string; available: readonly string[]; clock: Clock },
): PositionedFrame<Frame<TUpdate, TState>> {
  const head = channel.window.positionAt(channel.window.head)
  const ready: Frame<TUpdate, TState> = {
    type: 'ready',
    streamId: options.streamId,
    from: start.from,
    head: formatPosition(head),
    categories: cursor.filter.types,
    available: options.available,
    replaying: start.gap !== undefined || start.seen < head.offset,
    serverTime: new Date(options.clock.now()).toISOString(),
    ...(start.snapshot !== undefined && { snapshot: start.snapshot }),
    protocol: protocolVersion,
  }
  return placeFrame(ready, start.from)
}

/** Counts what a frame brings, and what it says is missing. */
function counted<TFrame extends PositionedFrame>(positioned: TFrame, emit: Emit): TFrame {
  if (!emit.isSilent) tell(positioned, emit)
  return positioned
}

function tell(positioned: PositionedFrame, emit: Emit): void {
  if (positioned instanceof SharedFrame) {
    const { tally, slice } = positioned.batch
    if (tally.count > 0) emit('reader.delivered', tally)
    const { skipped } = slice
    if (skipped) emit('reader.conflated', { skipped: sumCounts(skipped), counts: skipped })
    return
  }
  const { frame } = positioned
  if (frame.type === 'gap') {
    const { reason, missed, dropped } = frame
    emit('reader.gap', { reason, missed: missed ?? -1, counts: dropped ?? null })
  }
}

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
