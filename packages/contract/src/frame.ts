/** Version of the frames; a client that reads another number knows that it may not understand all of it. */
export const protocolVersion = 1

/** Why a reader did not get an interval. */
export type GapReason =
  /** What it wanted is older than the retention. */
  | 'expired'
  /** The log began again: its position belongs to an earlier life of it. */
  | 'epoch'
  /** Updates were never accepted: the server was flooded and shed them, they outlived their worth, or the log did not take them. */
  | 'overflow'
  /** The reader was too slow and fell off the window. */
  | 'slow'
  /** The backplane failed while it was being read. */
  | 'failed'
  /** Entries that could not be read. */
  | 'corrupt'

/** How many, by category. */
export type Counts = { readonly [category: string]: number }

/** The first frame of a subscription. Its tracked id is `from`. */
export interface ReadyFrame<TSnapshot = unknown> {
  readonly type: 'ready'
  readonly streamId: string
  /** Where this stream begins: all up to here is in `snapshot`, or was had before. */
  readonly from: string
  /** Where the log stood: the reader is caught up when its position has reached it. */
  readonly head: string
  /** What the reader asked for. */
  readonly categories: readonly string[]
  /** What it could ask for. */
  readonly available: readonly string[]
  /** Whether frames from before `head` are still to come. */
  readonly replaying: boolean
  /** The server's clock, ISO 8601. */
  readonly serverTime: string
  readonly snapshot?: TSnapshot
  readonly protocol: number
}

/** Updates in order. Its tracked id is the position the reader is complete to after it. */
export interface BatchFrame<TUpdate = unknown> {
  readonly type: 'batch'
  /** Tracked id of the frame before, so that the reader can prove its chain. */
  readonly after: string
  /** Empty when only the position moved, because nothing of the reader's categories came for a while. */
  readonly updates: readonly TUpdate[]
  /** Updates a later one with the same category and key stands for, because the reader lagged. */
  readonly skipped?: Counts
}

/** What the reader did not get: covers everything behind `after` up to this frame's tracked id. */
export interface GapFrame<TSnapshot = unknown> {
  readonly type: 'gap'
  readonly after: string
  readonly reason: GapReason
  /** How many updates of the reader's categories; `null` where that cannot be known. */
  readonly missed: number | null
  /** The same by category, where it is known. */
  readonly dropped?: Counts
  /** To repair from: the state at this frame's tracked id. Absent when there is nothing to repair. */
  readonly snapshot?: TSnapshot
}

/** What one yield of a subscription carries. Frames of types not listed here may come later and are no fault. */
export type Frame<TUpdate = unknown, TSnapshot = unknown> =
  | ReadyFrame<TSnapshot>
  | BatchFrame<TUpdate>
  | GapFrame<TSnapshot>

/** A frame with the position the reader's state is complete to after it. */
export interface PositionedFrame<TFrame = Frame> {
  readonly position: string
  readonly frame: TFrame
}

/** Whether a value from the wire is a frame of a type known here, with what such a frame cannot be without. */
export function isFrame(value: unknown): value is Frame {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  if (value.type === 'ready') {
    return 'from' in value && typeof value.from === 'string' && 'head' in value && typeof value.head === 'string'
  }
  if (!('after' in value) || typeof value.after !== 'string') return false
  if (value.type === 'batch') return 'updates' in value && Array.isArray(value.updates)
  return value.type === 'gap'
}

/** The sum of the counts. */
export function sumCounts(counts: Counts): number {
  let sum = 0
  for (const count of Object.values(counts)) sum += count
  return sum
}

/** Both together. */
export function addCounts(counts: Counts, more: Counts): Counts {
  const sum: Record<string, number> = { ...counts }
  for (const [category, count] of Object.entries(more)) sum[category] = (sum[category] ?? 0) + count
  return sum
}
