/** One conversation that the two adapters answer differently, on purpose. */
export interface Difference {
  /** What a client hears from tRPC's own adapter, and what is noted meanwhile. */
  readonly stock: readonly unknown[]
  readonly ours: readonly unknown[]
  readonly why: string
}

const error = (id: unknown, key: string, code: number, httpStatus: number, message: string, path?: string) => ({
  id,
  error: { message, code, data: { code: key, httpStatus, ...(path !== undefined && { path }) } },
})
const unreadable = (id: unknown, message: string) => error(id, 'PARSE_ERROR', -32700, 400, message)
const data = (id: unknown, value: unknown) => ({ id, result: { type: 'data', data: value } })
const started = (id: unknown) => ({ id, result: { type: 'started' } })
const stopped = (id: unknown) => ({ id, result: { type: 'stopped' } })
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

const noText = { closed: 1003, reason: 'messages are JSON text' }
const dropped = { closed: 1005 }
const ownWords = 'What was wrong is said in our words: a parser’s words may repeat what was sent.'
const noParams =
  'What is no connection params counts as none, and none is what `access` then decides about: with a real one, the client is refused with 4401.'
const lateContext =
  'The context is made for the first request, after `access` has let the client in: connections that ask nothing cost the app nothing.'

const reading: Record<string, Difference> = {
  'messages that are not JSON': {
    stock: [
      unreadable(null, 'Unexpected end of JSON input'),
      unreadable(null, 'Expected double-quoted property name in JSON at position 8 (line 1 column 9)'),
    ],
    ours: times(2, unreadable(null, 'not JSON')),
    why: ownWords,
  },
  'JSON that is no request': {
    stock: [
      ...times(3, unreadable(null, 'Not an object')),
      unreadable(null, 'Invalid request id'),
      unreadable(null, 'Not an object'),
      ...times(2, unreadable(null, 'Invalid request id')),
    ],
    ours: times(7, unreadable(null, 'malformed request')),
    why: ownWords,
  },
  'requests with something missing or wrong': {
    stock: [
      ...times(2, unreadable(null, 'Invalid procedure type')),
      unreadable(null, 'Not an object'),
      ...times(2, unreadable(null, 'Invalid string')),
      unreadable(null, 'Must be JSONRPC 2.0'),
    ],
    ours: times(6, unreadable(1, 'malformed request')),
    why: 'A request whose id can be read is refused by that id, so that its caller does not wait for ever.',
  },
  'connection params that nobody announced': {
    stock: [unreadable(null, 'Invalid request id')],
    ours: [unreadable(null, 'malformed request')],
    why: ownWords,
  },
  'a batch with one bad item': {
    stock: [unreadable(null, 'Invalid procedure type')],
    ours: [data(1, 'a'), unreadable(2, 'malformed request'), data(3, 'c')],
    why: 'One bad item does not void the others.',
  },
  'a request whose id is beyond all numbers': {
    stock: [data(null, null)],
    ours: [unreadable(null, 'malformed id')],
    why: 'JSON cannot carry such an id back: the answer would belong to nobody.',
  },
  'a request whose id has 65 characters': {
    stock: [data('i'.repeat(65), null)],
    ours: [unreadable(null, 'malformed id')],
    why: 'An id is echoed in every answer; 64 characters are enough for any.',
  },
  'a binary message': {
    stock: [
      unreadable(
        null,
        'jsonEncoder received binary data. JSON uses text frames. Use a binary encoder for binary data.',
      ),
    ],
    ours: [noText],
    why: 'The protocol is text. Whoever sends anything else is not a client of ours.',
  },
  'an input that superjson would revive as a regular expression': {
    stock: [data(1, /a+/)],
    ours: [unreadable(1, 'an annotation that is not revived from strangers')],
    why: 'A stranger’s pattern, typed array, error or class is not revived. Dates, sets, maps, bigints, URLs, `undefined` and odd numbers are.',
  },
}

const connecting: Record<string, Difference> = {
  'an upgrade with a malformed url': {
    stock: [{ exited: 1 }],
    ours: [{ refused: 400 }],
    why: 'The stock adapter throws where nobody catches, and the process ends.',
  },
  'an upgrade with a malformed host': {
    stock: [{ exited: 1 }],
    ours: [{ refused: 400 }],
    why: 'The stock adapter throws where nobody catches, and the process ends.',
  },
  'another path': {
    stock: [data(1, null)],
    ours: [{ refused: 404 }],
    why: 'We serve one path, `/trpc` unless `attach` is told otherwise.',
  },
  'a token in the url': {
    stock: [data(1, null)],
    ours: [{ refused: 400 }],
    why: 'URLs end up in logs. A token comes with the connection params, or in a header.',
  },
  ...Object.fromEntries(
    Object.entries({
      'connection params that are not JSON': 'Malformed TRPCConnectionParamsMessage',
      'connection params that are no object': 'Malformed TRPCConnectionParamsMessage',
      'connection params that are not texts': 'Invalid connection params shape',
    }).map(([name, words]) => [
      name,
      {
        stock: [unreadable(null, words), dropped],
        ours: [data(1, { user: 'somebody', url: '/trpc?connectionParams=1', connectionParams: null })],
        why: noParams,
      },
    ]),
  ),
  'a request instead of connection params': {
    stock: [unreadable(null, 'Invalid connection params shape'), dropped],
    ours: [],
    why: noParams,
  },
  'connection params in a binary message': {
    stock: [unreadable(null, 'Malformed TRPCConnectionParamsMessage'), dropped],
    ours: [noText],
    why: 'The protocol is text, from the first message on.',
  },
}

const contexts: Record<string, Difference> = {
  'a connection that asks nothing': {
    stock: ['PONG', { noted: ['context made'] }],
    ours: ['PONG', { noted: [] }],
    why: lateContext,
  },
  'a context that throws': {
    stock: [error(null, 'INTERNAL_SERVER_ERROR', -32603, 500, 'no database'), dropped],
    ours: [error(1, 'INTERNAL_SERVER_ERROR', -32603, 500, 'no database', 'calls.nil')],
    why: 'A client that is accepted and then dropped comes back at once. The request is refused instead, and the connection stays.',
  },
  'a context that refuses': {
    stock: [error(null, 'UNAUTHORIZED', -32001, 401, 'who are you?'), dropped],
    ours: [error(1, 'UNAUTHORIZED', -32001, 401, 'who are you?', 'streams.empty')],
    why: 'The same. Whom to let in at all is for `access` to say, which is asked before the upgrade is answered.',
  },
  'a context that throws once': {
    stock: [error(null, 'INTERNAL_SERVER_ERROR', -32603, 500, 'no database'), dropped],
    ours: [error(1, 'INTERNAL_SERVER_ERROR', -32603, 500, 'no database', 'calls.nil'), data(2, null)],
    why: 'The request that asked for it fails, and the next asks again.',
  },
  'a context of a class with private fields': {
    stock: [data(1, 'good day')],
    ours: [
      error(
        1,
        'INTERNAL_SERVER_ERROR',
        -32603,
        500,
        'Cannot read private member #greeting from an object whose class did not declare it',
        'calls.greeting',
      ),
    ],
    why: 'The session stands in a copy of the context, lest an app that gives one object to everybody mixes them up. A copy keeps the class, but has no private fields.',
  },
  'no context': {
    stock: [data(1, false)],
    ours: [data(1, true)],
    why: 'The context always is an object: our session stands in it.',
  },
}

const working: Record<string, Difference> = {
  'a client that hangs up on a query': {
    stock: [{ noted: ['context made', 'waits', 'connection gone'], aborted: { waits: false } }, { closed: 1006 }],
    ours: [{ noted: ['context made', 'waits', 'connection gone'], aborted: { waits: true } }, { closed: 1006 }],
    why: 'The `signal` of queries and mutations aborts when nobody is left to hear the answer.',
  },
  'an iterator that is done': {
    stock: [started(1), data(1, 1), stopped(1), { noted: ['context made', 'next', 'next', 'return'] }],
    ours: [started(1), data(1, 1), stopped(1), { noted: ['context made', 'next', 'next'] }],
    why: 'As `for await` has it, an iterator that said it was done is not asked to return.',
  },
}

const said = (key: string) => ({ code: key, httpStatus: 400 })
const stacks = (stack: 'shown' | 'none') => [
  { id: null, error: { message: '`id` is required', code: -32700, data: { ...said('PARSE_ERROR'), stack } } },
  started(1),
  data(1, 1),
  {
    id: 1,
    error: { message: 'Duplicate id 1', code: -32600, data: { ...said('BAD_REQUEST'), path: 'streams.empty', stack } },
  },
]

const development: Record<string, Difference> = {
  'a stack of the adapter, in development': {
    stock: stacks('shown'),
    ours: stacks('none'),
    why: 'Refusals of ours have no stack, whatever the root: it would show the server’s files, and nothing else.',
  },
}

const limits: Record<string, Difference> = {
  'more requests in a message than batchMax': {
    stock: [data('b', 'b'), data(1, 'a')],
    ours: ['b', 1].map((id) => error(id, 'BAD_REQUEST', -32600, 400, 'more than 2 requests in one message')),
    why: 'A limit, 128 by default.',
  },
  'more subscriptions than subscriptionsMax': {
    stock: [started(1), data(1, 1), started(2), stopped(2), stopped(1), started(3), stopped(3)],
    ours: [
      started(1),
      data(1, 1),
      error(2, 'TOO_MANY_REQUESTS', -32029, 429, 'more than 1 subscriptions on this connection', 'streams.empty'),
      stopped(1),
      started(3),
      stopped(3),
    ],
    why: 'A limit, 128 a connection by default.',
  },
  'more calls at the same time than requestsMax': {
    stock: [data(2, null), data(1, 'answered'), data(3, null)],
    ours: [
      error(2, 'TOO_MANY_REQUESTS', -32029, 429, 'more than 1 requests at the same time', 'calls.nil'),
      data(1, 'answered'),
      data(3, null),
    ],
    why: 'A limit, 128 a connection by default.',
  },
  'an input nested deeper than jsonDepthMax': {
    stock: [data(1, { a: { b: { c: { d: { e: {} } } } } })],
    ours: [error(1, 'BAD_REQUEST', -32600, 400, 'nested deeper than 3')],
    why: 'A limit, 16 by default.',
  },
  'a message of more bytes than inboundMaxBytes': {
    stock: [unreadable(null, 'Not an object')],
    ours: [{ closed: 1009 }],
    why: 'A limit, 65,536 by default.',
  },
}

/** Where we differ from tRPC's adapter on purpose, by the name of the conversation. Nothing else may differ. */
export const differences: Readonly<Record<string, Difference>> = {
  ...reading,
  ...connecting,
  ...contexts,
  ...working,
  ...development,
  ...limits,
}
