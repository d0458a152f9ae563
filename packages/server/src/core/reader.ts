import { type Frame, formatPosition, type PositionedFrame, protocolVersion, sumCounts } from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import type { Gate } from '../async/gate.ts'
import type { Emit } from '../telemetry/events.ts'
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
  // Opened in here: a generator that is never started would otherwise never close it.
  const reader = await open()
  const { cursor, start } = reader
  const alarm = createAlarm(signal)
  try {
    await gate?.enter(signal)
    yield show(readyFrame(reader, options))
    if (start.gap) yield show(cursor.beginWithGap(start.gap))
    while (!signal.aborted) {
      const wait = gate?.enter(signal)
      if (wait) await wait
      if (signal.aborted) return
      const frame = nextFrame(reader)
      if (frame) yield show(frame)
      else {
        cursor.onWake = push ? () => pushAll(reader, options, push, alarm) : alarm.ring
        await alarm.wait()
        cursor.onWake = nothing
      }
    }
  } finally {
    cursor.onWake = nothing
    alarm.stop()
    reader.close()
  }
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

/** Pushes what there is, up to the gate; behind a closed gate the iteration goes on, for it can wait. */
function pushAll<TEvent, TUpdate, TState>(
  reader: OpenReader<TEvent, TUpdate, TState>,
  { signal, gate, emit }: { signal: AbortSignal; gate: Gate | null; emit: Emit },
  push: (frame: PositionedFrame<Frame<TUpdate, TState>>) => void,
  alarm: Alarm,
): void {
  while (!signal.aborted) {
    if (gate && !gate.isOpen) return alarm.ring()
    const frame = nextFrame(reader)
    if (!frame) return
    push(counted(frame, emit))
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

/** Counts what a frame says is missing. */
function counted<TFrame extends PositionedFrame>(positioned: TFrame, emit: Emit): TFrame {
  const { frame } = positioned
  if (frame.type === 'gap') emit('reader.gap', { reason: frame.reason, missed: frame.missed ?? -1 })
  else if (frame.type === 'batch' && frame.skipped) emit('reader.conflated', { skipped: sumCounts(frame.skipped) })
  return positioned
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
