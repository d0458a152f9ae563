/** Limits of a socket and of the server's sockets together. */
export interface ConnectionLimits {
  /** Largest message taken from a client; more closes with 1009. @default 65_536 */
  readonly inboundMaxBytes: number
  /** Most requests in one message. Not less than `subscriptionsMax`: a client resumes all of them in one. @default 128 */
  readonly batchMax: number
  /** Deepest nesting of a request's JSON, counted inside tRPC's envelope. @default 16 */
  readonly jsonDepthMax: number
  /** Most live subscriptions of a socket. @default 128 */
  readonly subscriptionsMax: number
  /** Most queries and mutations of a socket that run at the same time. @default 128 */
  readonly requestsMax: number
  /** Encoded bytes that may wait for a slow socket before its readers are held. @default 1_048_576 */
  readonly outboundMaxBytes: number
  /** Frames that may wait for a slow socket before its readers are held. @default 256 */
  readonly outboundMaxFrames: number
  /** A socket that took nothing for so long while something waited is closed, in milliseconds. @default 30_000 */
  readonly stuckAfterMs: number
  /** How long the first message with the token may take, in milliseconds. @default 5_000 */
  readonly firstMessageTimeoutMs: number
  /** How long `authenticate` and `authorize` may each take, in milliseconds. @default 3_000 */
  readonly accessTimeoutMs: number
  /** A quiet client is pinged at least this often, in milliseconds. @default 8_000 */
  readonly pingIntervalMs: number
  /** A client that was not heard for so long is gone, in milliseconds. @default 18_000 */
  readonly deadAfterMs: number
  /** An event stream over HTTP is ended after this time, and its reader comes back where it was, in milliseconds. @default 300_000 */
  readonly streamMaxMs: number
  /** Messages a socket may send in a second, pings included; one that sends more is read more slowly. @default 1_000 */
  readonly inboundPerSecond: number
  /** Most messages of a socket in 10 seconds that cannot be read; more closes it with 1008. @default 20 */
  readonly malformedMax: number
  /** Most categories a subscription may name. @default 10 */
  readonly categoriesMax: number
  /** How often a user may change the categories of subscriptions, in a minute, over all sockets. @default 30 */
  readonly changesPerMinute: number
  /** Most things taken back that are remembered against tokens issued before. @default 100_000 */
  readonly revocationsMax: number
  /** Most sockets of all. @default 50_000 */
  readonly connectionsMax: number
  /** Most sockets of one user. @default 10 */
  readonly socketsPerUser: number
  /** Most sockets of one address that have not authenticated yet. @default 50 */
  readonly socketsPerAddress: number
  /** Most sockets of one address that have. @default 1_000 */
  readonly authenticatedPerAddress: number
}

/** The defaults of {@link ConnectionLimits}. */
export const defaultConnectionLimits: ConnectionLimits = Object.freeze({
  inboundMaxBytes: 65_536,
  batchMax: 128,
  jsonDepthMax: 16,
  subscriptionsMax: 128,
  requestsMax: 128,
  outboundMaxBytes: 1_048_576,
  outboundMaxFrames: 256,
  stuckAfterMs: 30_000,
  firstMessageTimeoutMs: 5_000,
  accessTimeoutMs: 3_000,
  pingIntervalMs: 8_000,
  deadAfterMs: 18_000,
  streamMaxMs: 300_000,
  inboundPerSecond: 1_000,
  malformedMax: 20,
  categoriesMax: 10,
  changesPerMinute: 30,
  revocationsMax: 100_000,
  connectionsMax: 50_000,
  socketsPerUser: 10,
  socketsPerAddress: 50,
  authenticatedPerAddress: 1_000,
})
