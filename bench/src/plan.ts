/** How much of the conversation is under way at once. */
export interface Plan {
  /** Updates that are said in one turn of the event loop. */
  readonly burst: number
  /** Most updates that were said and that the slowest reader has not had. */
  readonly window: number
  /** The readers tell the producer after so many. */
  readonly ackEvery: number
}

/** Telltale keeps 1,000 updates for readers who lag: below that nobody lags. */
const windowMax = 800
/** Most deliveries under way. For the slowest one this is two seconds of work, and the others stay busy with it. */
const singlesMax = 40_000
/** The same for those who gather; with 1,000 readers it is still four frames. */
const gatheredMax = 400_000

/** As much under way as keeps a contender busy; who gathers says whole frames. */
export function planFor(readers: number, gathers: number | null): Plan {
  const underWay = Math.floor((gathers === null ? singlesMax : gatheredMax) / readers)
  const stretch = Math.max(1, Math.floor(Math.min(windowMax, underWay) / 4))
  const burst = gathers ?? Math.min(100, stretch)
  // A run ends where an acknowledgement is due, so that must be the end of a burst.
  const ackEvery = Math.ceil(stretch / burst) * burst
  return { burst, window: ackEvery * 4, ackEvery }
}

/** One update at a time. */
export const onePerTurn: Plan = { burst: 1, window: 1, ackEvery: 1 }
