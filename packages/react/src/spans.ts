import {
  type SpanNode,
  type SpanTimes,
  type StatusProgress,
  type StatusRequest,
  spanTimes,
  type TelltaleClient,
} from '@telltale/client'
import type { AnyContract, CategoryOf } from '@telltale/contract/wire'
import { useStore } from './use-store.ts'
import { useStream } from './use-stream.ts'

/** A span, and how long it has been going on and quiet; the times move every second while it is open. */
export interface SpanView<TContract extends AnyContract, TCategory extends CategoryOf<TContract>> extends SpanTimes {
  readonly span: SpanNode<TContract, TCategory>
}

/** Hooks that show the work of a conversation; components that ask for the same share one subscription. */
export interface SpanHooks<TContract extends AnyContract> {
  /**
   * The work that goes on and the last that ended, as trees, oldest first. A span that did not change is the same object,
   * so that a memoized component for it does not render again.
   */
  readonly useStatusSpans: <const TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(
    request: StatusRequest<TCategory>,
  ) => readonly SpanNode<TContract, TCategory>[]
  /** How far the work is, for one bar; `null` when nothing says so. */
  readonly useStatusProgress: <const TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(
    request: StatusRequest<TCategory>,
  ) => StatusProgress | null
  /** One span by its id, with its times by the server's clock; `null` while there is none. */
  readonly useSpan: <const TCategory extends CategoryOf<TContract> = CategoryOf<TContract>>(
    id: string,
    request: StatusRequest<TCategory>,
  ) => SpanView<TContract, TCategory> | null
}

/** Builds the hooks of a contract. */
export function createSpanHooks<TContract extends AnyContract>(
  useTelltaleClient: () => TelltaleClient<TContract>,
): SpanHooks<TContract> {
  return {
    useStatusSpans: (request) => useStore(useStream(useTelltaleClient(), request).store, ({ spans }) => spans),
    useStatusProgress: (request) => useStore(useStream(useTelltaleClient(), request).store, ({ progress }) => progress),
    useSpan<TCategory extends CategoryOf<TContract>>(id: string, request: StatusRequest<TCategory>) {
      const stream = useStream(useTelltaleClient(), request)
      const span = useStore(stream.store, ({ spans }) => findSpan(spans, id))
      const times = useStore(
        stream.clock,
        (serverNow) => (span ? spanTimes(span, serverNow) : null),
        (a, b) => a?.elapsedMs === b?.elapsedMs && a?.quietMs === b?.quietMs,
      )
      return span && times ? { span, ...times } : null
    },
  }
}

function findSpan<TNode extends { readonly id: string; readonly children: readonly TNode[] }>(
  nodes: readonly TNode[],
  id: string,
): TNode | null {
  for (const node of nodes) {
    const found = node.id === id ? node : findSpan(node.children, id)
    if (found) return found
  }
  return null
}
