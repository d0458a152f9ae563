/** Why a socket of ours is closed: code and reason as the peer sees them. 4400 to 4499 ask the client not to come back as it is. */
export const closeCodes = {
  goingAway: [1001, 'the server is going away'],
  notText: [1003, 'messages are JSON text'],
  unauthorized: [4401, 'not authorized'],
  firstMessageTimeout: [4408, 'the first message took too long'],
  tooMany: [4529, 'too many connections'],
  /** Its credentials do not count any more; with others, which a client fetches before each connect, it may come back. */
  expired: [4206, 'credentials ended: come back with others'],
  malformed: [1008, 'too many messages that cannot be read'],
  unavailable: [4503, 'not now: come back in a while'],
  renew: [4205, 'it was open long enough: come back'],
  tooSlow: [4508, 'nothing was read for too long'],
} as const satisfies Record<string, readonly [code: number, reason: string]>

/** One of {@link closeCodes}. */
export type CloseReason = keyof typeof closeCodes
