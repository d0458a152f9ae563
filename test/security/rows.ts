/** What becomes of one row of the threat model. */
export type Row =
  | {
      /** Below `test`: where a test stands whose name begins with the row's id. */
      readonly file: string
      /** Where our limit or answer is another one than the model's, and why. */
      readonly difference?: string
    }
  /** Why it does not concern us now. */
  | { readonly because: string }

/** How many rows each part of the threat model has. */
export const counts = { T: 22, M: 19, A: 20, X: 11, J: 6, B: 15 } as const

const handshake = 'security/transport-handshake.test.ts'
const frames = 'security/transport-frames.test.ts'
const floods = 'security/transport-floods.test.ts'
const client = 'security/transport-client.test.ts'
const shapes = 'security/messages-shapes.test.ts'
const content = 'security/messages-content.test.ts'
const produced = 'security/messages-produced.test.ts'
const origins = 'security/access-origins.test.ts'
const tokens = 'security/access-tokens.test.ts'
const conversations = 'security/access-conversations.test.ts'
const limits = 'security/access-limits.test.ts'
const exhaustion = 'security/exhaustion.test.ts'
const hooks = 'security/hooks.test.ts'
const operations = 'security/operations.test.ts'
const browser = 'browser/xss.test.ts'

const noRedis = 'There is no adapter for Redis yet: one node, and its log in its own memory.'

/** Every row of the threat model, by its id. */
export const rows: Readonly<Record<string, Row>> = {
  T1: { file: handshake },
  T2: { file: handshake },
  T3: { file: handshake },
  T4: { file: frames, difference: 'A length that no number holds is 1009, as any that is over our limit.' },
  T5: { file: frames, difference: 'Half a character inside JSON is mended, not refused: a status is not lost for it.' },
  T6: { file: frames },
  T7: {
    file: frames,
    difference: 'There is no deadline for a message in parts: 64 parts of 64 KiB in all are its bound.',
  },
  T8: { file: handshake },
  T9: {
    file: floods,
    difference: 'A flood is read more slowly instead of being hung up on, and is not answered in full.',
  },
  T10: { file: frames },
  T11: { file: handshake, difference: 'Holds for listen(); on a server of the app its own deadlines count.' },
  T12: { file: floods },
  T13: { file: floods, difference: 'While a hook is asked, 8 messages of 64 KiB in all may wait.' },
  T14: { file: floods, difference: 'A ping after 8 s, dead after 18 s.' },
  T15: { file: floods, difference: 'Who takes nothing for 30 s is closed.' },
  T16: { file: floods },
  T17: {
    file: handshake,
    difference:
      'After its token an address may have 1,000; 50,000 sockets of all. Sockets without a request are the kernel’s.',
  },
  T18: {
    file: floods,
    difference:
      'Clients spread over half a second first, then over twice as long each time; the waves of a deploy are the drain’s.',
  },
  T19: { file: handshake },
  T20: { file: client },
  T21: { file: client },
  T22: { file: handshake, difference: 'Headers of 16 KiB in all, however many.' },
  M1: { file: shapes },
  M2: { file: shapes, difference: 'Keys are bounded by bytes alone: 64 KiB a message, 16 KiB of metadata.' },
  M3: { file: content },
  M4: {
    file: content,
    difference: 'Stock clients send superjson’s envelope: it is opened, and nothing is revived from it.',
  },
  M5: { file: content },
  M6: { file: content },
  M7: { file: produced },
  M8: { file: produced },
  M9: {
    file: produced,
    difference: 'Control characters stay in texts: whoever shows them writes them out, as our command does.',
  },
  M10: {
    file: shapes,
    difference: '128 requests in a message, as many as a socket has subscriptions; a second holds 1,000 messages.',
  },
  M11: { file: shapes },
  M12: { file: shapes, difference: 'Any finite number, and texts of up to 64 characters.' },
  M13: { file: shapes },
  M14: { file: shapes },
  M15: { file: shapes },
  M16: { file: frames },
  M17: { file: hooks },
  M18: { file: content },
  M19: { file: content, difference: '20 in 10 s.' },
  A1: { file: origins, difference: 'A missing Origin is no browser, and may use cookies.' },
  A2: { file: origins },
  A3: { file: tokens },
  A4: { file: tokens, difference: 'Tokens may be shown again until they end; `jti` and tickets are the app’s.' },
  A5: { file: tokens },
  A6: { file: tokens, difference: 'On one node; over several it comes with the adapter for Redis.' },
  A7: { file: tokens },
  A8: {
    file: conversations,
    difference: 'NOT_FOUND for both. Nothing is looked up before leave is given, so there is nothing to measure.',
  },
  A9: {
    because:
      'There are no tenants in this product: the app puts them into its conversation ids and asks for them in its access hook.',
  },
  A10: {
    file: conversations,
    difference:
      'Fields that are not ours are passed over, not refused; an `id` is the producer’s, idempotent for its user alone.',
  },
  A11: {
    file: conversations,
    difference: 'Ten categories a subscription; all of a socket together are bounded by its subscriptions.',
  },
  A12: {
    file: conversations,
    difference: 'What others are told comes from the app’s hook alone, never from the client.',
  },
  A13: { file: conversations },
  A14: { file: conversations },
  A15: {
    file: conversations,
    difference: 'No budget of updates a minute: what is kept is 1,000 updates, and a second holds 1,000 messages.',
  },
  A16: { file: limits, difference: 'A window of a minute from the first change on; on one node.' },
  A17: { file: limits, difference: 'The limit of category changes counts in a library that reads the wall clock.' },
  A18: { file: tokens },
  A19: { file: tokens },
  A20: { file: tokens, difference: 'Between 75 and 85 % of its life.' },
  X1: { file: limits, difference: '128 a socket, ten sockets a user.' },
  X2: { file: exhaustion, difference: '256 MiB of conversations that nobody reads.' },
  X3: { file: exhaustion, difference: '10,000 names a conversation, for 10 minutes.' },
  X4: { file: exhaustion },
  X5: { file: exhaustion, difference: '300 readers here; thousands are the benchmark’s.' },
  X6: { file: exhaustion },
  X7: { file: exhaustion },
  X8: { file: exhaustion },
  X9: { file: exhaustion, difference: 'The server has no log of its own: it tells telemetry.' },
  X10: { file: client },
  X11: {
    file: client,
    difference: 'A WebSocket of a browser takes a message of any size; what is kept of it is bounded.',
  },
  J1: { file: browser },
  J2: { file: operations },
  J3: {
    file: operations,
    difference: 'What comes out is what went in; what acts on it downstream has to be told not to.',
  },
  J4: { file: browser },
  J5: { file: operations, difference: 'The names of logs; keys of Redis come with its adapter.' },
  J6: { because: noRedis },
  B1: { because: noRedis },
  B2: { because: noRedis },
  B3: { because: noRedis },
  B4: { because: noRedis },
  B5: { because: noRedis },
  B6: { because: noRedis },
  B7: { because: noRedis },
  B8: { because: noRedis },
  B9: { because: noRedis },
  B10: { file: operations },
  B11: { file: hooks },
  B12: { file: hooks, difference: 'Dead after 18 s, so a stop of 2 s is no matter.' },
  B13: { file: operations, difference: 'Of one node, whose clock steps.' },
  B14: { file: operations, difference: 'There is one version so far: a newer one is made up.' },
  B15: {
    file: operations,
    difference: 'Versions are pinned; what is known of them is asked for where there is a network.',
  },
}
