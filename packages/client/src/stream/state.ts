import {
  type AnySpanRecord,
  type BatchFrame,
  type Counts,
  comparePositions,
  emptySnapshot,
  type Foldable,
  type FoldState,
  foldBatch,
  type GapFrame,
  isFrame,
  parsePosition,
  type ReadyFrame,
} from '@telltale/contract/wire'
import { lostWithTheirLog } from './lost.ts'

/** An update as the machine sees it: of whatever contract. */
export type AnyUpdate = Foldable

/** What was missed, as a reader is told of it. */
export interface Gap<TSnapshot = FoldState<AnyUpdate>> {
  readonly reason: GapFrame['reason']
  /** How many updates; `null` where that cannot be known. */
  readonly missed: number | null
  readonly dropped: Counts | null
  /** The state to go on from; `null` when there was nothing to repair. */
  readonly snapshot: TSnapshot | null
}

/** Whether what a reader holds is all there is: behind, complete, or waiting for a repair. */
export type Integrity = 'catching-up' | 'live' | 'gap'

/** Everything a stream knows. Immutable; a frame that changes nothing gives back the same object. */
export interface StreamState {
  /** The tracked id of the last frame that was taken; `null` before the first. */
  readonly position: string | null
  /** Where the log stood when the stream began or began again. */
  readonly head: string | null
  readonly integrity: Integrity
  readonly snapshot: FoldState<AnyUpdate>
  /** Spans that died with a log that was lost. */
  readonly lost: readonly AnySpanRecord[]
  /** Where the log stood when the stream first began: what comes from before that is a replay. */
  readonly replayedTo: string | null
  /** Updates missed so far, as far as they could be counted. */
  readonly missed: number
  /** Whether `missed` is all of it. */
  readonly isMissedExact: boolean
  readonly categories: readonly string[]
  readonly available: readonly string[]
}

/** What a frame from the wire turned out to be. */
export type Reduction = { readonly state: StreamState } & (
  | { readonly verdict: 'accepted'; readonly updates: readonly AnyUpdate[]; readonly gap: Gap | null }
  /** It, or what is in it, was had before. */
  | { readonly verdict: 'duplicate' }
  /** It does not follow what is here: the stream has to be opened again at `state.position`. */
  | { readonly verdict: 'broken' }
  /** A type of frame from a newer server. */
  | { readonly verdict: 'unknown' }
)

/** Before the first frame. */
export const initialStreamState: StreamState = Object.freeze({
  position: null,
  head: null,
  integrity: 'catching-up',
  snapshot: emptySnapshot(''),
  lost: [],
  replayedTo: null,
  missed: 0,
  isMissedExact: true,
  categories: [],
  available: [],
})

/** Takes a tracked frame: checks that it follows what is here, drops doubles, folds. Pure. */
export function reduceStream(state: StreamState, id: string, frame: unknown): Reduction {
  if (!isFrame(frame)) return { state, verdict: 'unknown' }
  switch (frame.type) {
    case 'ready':
      return takeReady(state, frame as ReadyFrame<FoldState<AnyUpdate>>)
    case 'batch':
      return takeBatch(state, id, frame as BatchFrame<AnyUpdate>)
    case 'gap':
      return takeGap(state, id, frame as GapFrame<FoldState<AnyUpdate>>)
  }
}

function takeReady(state: StreamState, frame: ReadyFrame<FoldState<AnyUpdate>>): Reduction {
  // A stream that goes on must go on where we are, or come with the state of where it is.
  const goesOn = state.position !== null && !frame.snapshot
  if (goesOn && frame.from !== state.position) return { state, verdict: 'broken' }
  if (state.position !== null && comparePositions(frame.from, state.position) === 'before') {
    return { state, verdict: 'duplicate' }
  }
  const snapshot = frame.snapshot ? whole(frame.snapshot) : goesOn ? state.snapshot : emptySnapshot(frame.from)
  // A stream that goes on somewhere ahead of us left something out.
  const hasLeapt = state.position !== null && state.position !== frame.from
  return {
    verdict: 'accepted',
    updates: [],
    gap: hasLeapt ? { reason: 'failed', missed: null, dropped: null, snapshot } : null,
    state: {
      ...state,
      position: frame.from,
      head: frame.head,
      // A hole that was there before is repaired by a snapshot, not by going on.
      integrity: goesOn && state.integrity === 'gap' ? 'gap' : frame.replaying ? 'catching-up' : 'live',
      snapshot,
      lost: lostIn(state, frame.from, snapshot),
      // What is caught up with was never shown here: only what was there before the first beginning is a replay.
      replayedTo: state.replayedTo ?? frame.head,
      isMissedExact: state.isMissedExact && !hasLeapt,
      categories: frame.categories,
      available: frame.available,
    },
  }
}

function takeBatch(state: StreamState, id: string, frame: BatchFrame<AnyUpdate>): Reduction {
  const order = follows(state, id, frame.after)
  if (order !== 'next') return { state, verdict: order }
  const snapshot = foldBatch(state.snapshot, frame.updates, id, frame.skipped)
  const integrity = state.integrity === 'gap' ? 'gap' : integrityAt(id, state.head)
  return {
    verdict: 'accepted',
    updates: frame.updates,
    gap: null,
    state: { ...state, position: id, snapshot, integrity },
  }
}

function takeGap(state: StreamState, id: string, frame: GapFrame<FoldState<AnyUpdate>>): Reduction {
  if (frame.after !== state.position) {
    const order = follows(state, id, frame.after)
    return { state, verdict: order === 'next' ? 'broken' : order }
  }
  // What was shed was never accepted: the state lacks nothing. Anything else needs a snapshot to be whole again.
  const wasWhole = state.integrity !== 'gap'
  const isWhole = frame.snapshot !== undefined || (frame.reason === 'overflow' && wasWhole)
  const reached = integrityAt(id, state.head)
  const snapshot = frame.snapshot ? whole(frame.snapshot) : { ...state.snapshot, position: id }
  return {
    verdict: 'accepted',
    updates: [],
    gap: {
      reason: frame.reason,
      missed: frame.missed,
      dropped: frame.dropped ?? null,
      snapshot: frame.snapshot ? snapshot : null,
    },
    state: {
      ...state,
      position: id,
      snapshot,
      lost: lostIn(state, id, snapshot),
      // After a gap that reached over into another life of the log, the old head says nothing.
      integrity: isWhole ? (comparable(id, state.head) ? reached : 'live') : 'gap',
      missed: state.missed + (frame.missed ?? 0),
      isMissedExact: state.isMissedExact && frame.missed !== null,
    },
  }
}

/** A server from before spans does not say anything of them. */
function whole(snapshot: FoldState<AnyUpdate>): FoldState<AnyUpdate> {
  return { ...emptySnapshot(snapshot.position), ...snapshot }
}

function lostIn(state: StreamState, position: string, snapshot: FoldState<AnyUpdate>): StreamState['lost'] {
  const isSameLog = state.position === null || epochOf(state.position) === epochOf(position)
  return isSameLog ? state.lost : lostWithTheirLog(state, snapshot)
}

/** The last offset that was in the log before the stream first began; 0 when none of this life of the log was. */
export function replayedUpTo({ replayedTo, position }: StreamState): number {
  if (replayedTo === null || position === null || epochOf(replayedTo) !== epochOf(position)) return 0
  return parsePosition(replayedTo)?.offset ?? 0
}

function epochOf(position: string): string {
  return position.slice(0, position.indexOf('.'))
}

function follows(state: StreamState, id: string, after: string): 'next' | 'duplicate' | 'broken' {
  if (state.position === null) return 'broken'
  if (after === state.position) return 'next'
  const order = comparePositions(id, state.position)
  return order === 'same' || order === 'before' ? 'duplicate' : 'broken'
}

function integrityAt(position: string, head: string | null): Integrity {
  if (head === null) return 'live'
  return comparePositions(position, head) === 'before' ? 'catching-up' : 'live'
}

function comparable(position: string, head: string | null): boolean {
  return head !== null && comparePositions(position, head) !== 'unrelated'
}
