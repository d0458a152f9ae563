import {
  type AnyContract,
  type CategoryOf,
  type Contract,
  growSpanTree,
  type KnownNodes,
  recordsOf,
  type SpanNode,
  type StatusSnapshot,
  type StatusUpdate,
  type TelltaleError,
} from '@telltale/contract/wire'
import type { ConnectionState } from '../connection/connection.ts'
import { unknownTo } from './lost.ts'
import { type StatusProgress, toProgress } from './progress.ts'
import type { Integrity, StreamState } from './state.ts'

/** An update as a stream hands it out. */
export type ReceivedUpdate<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> = StatusUpdate<TContract, TCategory> & {
  /** Whether it was there before this stream began, as in a history shown at the start. What was caught up with was not. */
  readonly replayed: boolean
}

/** A stream as something to show. Immutable; parts that did not change are the same objects. */
export interface StreamView<
  TContract extends AnyContract = Contract,
  TCategory extends CategoryOf<TContract> = CategoryOf<TContract>,
> {
  /** The newest updates, oldest first; at most `updatesMax` of them. */
  readonly updates: readonly ReceivedUpdate<TContract, TCategory>[]
  /** The newest update of each category. */
  readonly latest: StatusSnapshot<TContract, TCategory>['latest']
  /** How many there were, by category. */
  readonly counts: StatusSnapshot<TContract, TCategory>['counts']
  /** The last failure of each category. */
  readonly failures: StatusSnapshot<TContract, TCategory>['failures']
  /** The work that goes on and the last that ended, as trees, oldest first. */
  readonly spans: readonly SpanNode<TContract, TCategory>[]
  /** How many more spans are open than `spans` has room for. */
  readonly spansBeyond: number
  /** How far it is, for one bar; `null` when nothing says so. */
  readonly progress: StatusProgress | null
  /** What the stream carries, and what it could; empty until the server has said so. */
  readonly categories: readonly CategoryOf<TContract>[]
  readonly available: readonly CategoryOf<TContract>[]
  readonly connection: ConnectionState
  /** `catching-up` while older updates still come, `live` when this is all there is, `gap` until a hole is repaired. */
  readonly integrity: Integrity
  /** Updates that were missed, as far as they could be counted. */
  readonly missed: number
  /** Whether `missed` is all of it: a log that began again does not say how much was lost. */
  readonly isMissedExact: boolean
  /** Why the stream ended for good; `null` while it lives. */
  readonly error: TelltaleError | null
  /** What this is complete to. */
  readonly position: string | null
}

/** Makes the views of one stream, each from the one before. The updates are of its contract, which the server has checked. */
export function createViewer<TContract extends AnyContract, TCategory extends CategoryOf<TContract>>() {
  type View = StreamView<TContract, TCategory>
  const known: KnownNodes = new Map()
  let shown: Pick<StreamState, 'snapshot' | 'lost'> | null = null
  let spans: Pick<View, 'spans' | 'spansBeyond' | 'progress'> = { spans: [], spansBeyond: 0, progress: null }

  function spansOf({ snapshot, lost }: StreamState): typeof spans {
    const isSame = shown && shown.snapshot.spans === snapshot.spans && shown.lost === lost
    if (isSame && shown?.snapshot.latest['progress'] === snapshot.latest['progress']) return spans
    shown = { snapshot, lost }
    const tree = isSame
      ? (spans.spans as ReturnType<typeof growSpanTree>)
      : growSpanTree([...unknownTo(snapshot.spans, lost), ...recordsOf(snapshot.spans)], known)
    const progress = toProgress(tree, snapshot.latest['progress'])
    const beyond = Object.values(snapshot.spans).reduce((sum, category) => sum + category.beyond.length, 0)
    return {
      spans: areSame(spans.spans, tree) ? spans.spans : (tree as unknown as View['spans']),
      spansBeyond: beyond,
      progress: isSameProgress(spans.progress, progress) ? spans.progress : progress,
    }
  }

  return (
    state: StreamState,
    updates: readonly unknown[],
    rest: { connection: ConnectionState; error: TelltaleError | null },
    isSubscribed: boolean,
  ): View => {
    spans = spansOf(state)
    const { latest, counts, failures } = state.snapshot as unknown as StatusSnapshot<TContract, TCategory>
    const { integrity, missed, isMissedExact, position, categories, available } = state
    return {
      updates: updates as View['updates'],
      latest,
      counts,
      failures,
      ...spans,
      // Nobody can call itself live who would not hear of anything new.
      integrity: integrity === 'live' && !(isSubscribed && rest.connection === 'open') ? 'catching-up' : integrity,
      missed,
      isMissedExact,
      position,
      categories: categories as View['categories'],
      available: available as View['available'],
      ...rest,
    }
  }
}

function areSame(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before.length === after.length && before.every((node, index) => node === after[index])
}

function isSameProgress(before: StatusProgress | null, after: StatusProgress | null): boolean {
  if (!before || !after) return before === after
  return (Object.keys(after) as (keyof StatusProgress)[]).every((name) => before[name] === after[name])
}
