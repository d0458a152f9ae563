import { type From, formatPosition, type GapReason, type Position, parsePosition } from '@telltale/contract'
import type { Filter } from './filter.ts'
import type { Window } from './window.ts'

/** Where a reader begins, decided from what it asked for and what the window has. */
export interface Start<TState> {
  /** The tracked id of its first frame. */
  readonly from: string
  /** The offset of that id. */
  readonly told: number
  /** The last offset it need not be shown; behind `told` when what lies between is gone and was not wanted. */
  readonly seen: number
  readonly snapshot?: TState
  /** What it asked for cannot be given: a gap up to the head follows the first frame. */
  readonly gap?: GapReason
}

/** Decides where a reader begins. Pure but for the window's own folding. */
export function resolveStart<TState>(
  window: Window<unknown, unknown, TState>,
  filter: Filter,
  from: From,
  isChange = false,
): Start<TState> {
  const text = (offset: number): string => formatPosition(window.positionAt(offset))
  if (from === 'live') return { from: text(window.head), told: window.head, seen: window.head }
  if (from === 'snapshot') {
    return { from: text(window.head), told: window.head, seen: window.head, snapshot: window.snapshot(filter.types) }
  }
  if ('last' in from) {
    const seen = window.offsetBeforeLast(from.last, filter)
    // With the state that stood there: what is open since before the first of them is open still.
    return { from: text(seen), told: seen, seen, snapshot: window.snapshot(filter.types, seen) }
  }
  const position = parsePosition(from.after)
  if (!position) return { from: text(0), told: 0, seen: 0, gap: 'epoch' }
  const gap = gapBehind(window, filter, position)
  return {
    from: from.after,
    told: position.offset,
    seen: Math.max(position.offset, window.base),
    ...(gap && { gap }),
    // What is gone by now was not wanted, so the state at what is left is the state at its place.
    ...(isChange && !gap && { snapshot: window.snapshot(filter.types, Math.max(position.offset, window.base)) }),
  }
}

function gapBehind(window: Window<unknown, unknown, unknown>, filter: Filter, position: Position): GapReason | null {
  if (!window.recognises(position)) return 'epoch'
  return window.hasDropped(filter, position.offset) ? 'expired' : null
}
