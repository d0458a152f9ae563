/** Most that is kept beyond a limit, and what is kept beyond a small one. */
const slackMax = 256
const slackMin = 64

/**
 * How far a list may outgrow its limit before it is cut. What is cut has to be folded, and to fold a quarter at once costs
 * little more than to fold one.
 */
export function slackOf(limit: number): number {
  return Math.max(slackMin, Math.min(slackMax, Math.floor(limit / 4)))
}
