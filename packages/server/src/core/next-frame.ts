import { type Frame, formatPosition, type PositionedFrame, protocolVersion, sumCounts } from '@telltale/contract'
import type { Clock } from '../async/clock.ts'
import type { Emit } from '../telemetry/events.ts'
import { SharedFrame } from './batch.ts'
import type { OpenReader } from './open-reader.ts'
import { placeFrame } from './placed.ts'

/** What a reader is told of its stream at the beginning. */
export interface Greeting {
  readonly streamId: string
  readonly available: readonly string[]
  readonly clock: Clock
}

/** The next frame of a reader that has begun; `null` when there is none yet. */
export function nextFrame<TEvent, TUpdate, TState>({
  channel,
  cursor,
}: OpenReader<TEvent, TUpdate, TState>): PositionedFrame<Frame<TUpdate, TState>> | null {
  const moved = cursor.follow(channel.window)
  if (moved) return moved
  const read = cursor.read(channel.cursors.areMany)
  if (read.kind === 'behind') return cursor.giveUp('slow')
  return read.kind === 'frame' ? read.frame : null
}

/** The frames a reader begins with: `ready`, and a gap where it cannot have what it asked for. */
export function* firstFrames<TEvent, TUpdate, TState>(
  reader: OpenReader<TEvent, TUpdate, TState>,
  greeting: Greeting,
): Generator<PositionedFrame<Frame<TUpdate, TState>>, void, undefined> {
  const { start, cursor } = reader
  if (!start) return
  reader.begun()
  const head = reader.channel.window.positionAt(reader.channel.window.head)
  const ready: Frame<TUpdate, TState> = {
    type: 'ready',
    streamId: greeting.streamId,
    from: start.from,
    head: formatPosition(head),
    categories: cursor.filter.types,
    available: greeting.available,
    replaying: start.gap !== undefined || start.seen < head.offset,
    serverTime: new Date(greeting.clock.now()).toISOString(),
    ...(start.snapshot !== undefined && { snapshot: start.snapshot }),
    protocol: protocolVersion,
  }
  yield placeFrame(ready, start.from)
  if (start.gap) yield cursor.beginWithGap(start.gap)
}

/** Counts what a frame brings, and what it says is missing. */
export function counted<TFrame extends PositionedFrame>(positioned: TFrame, emit: Emit): TFrame {
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
  if (frame.type !== 'gap') return
  const { reason, missed, dropped } = frame
  emit('reader.gap', { reason, missed: missed ?? -1, counts: dropped ?? null })
}
