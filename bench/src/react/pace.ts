/** So many updates are said in one turn of the event loop at most: the rest of what is due comes in the next. */
const turnMax = 500

/** How many of an open loop's updates are to be said now. */
export function dueNow(run: { elapsedMs: number; perSecond: number; total: number; said: number }): number {
  const due = Math.min(run.total, Math.floor((run.elapsedMs * run.perSecond) / 1_000))
  return Math.max(0, Math.min(turnMax, due - run.said))
}
