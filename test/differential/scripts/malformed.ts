import {
  hear,
  query,
  type Request,
  type Script,
  say,
  script,
  sendBytes,
  sendFragments,
  sendJson,
  sendText,
  settle,
} from '../script.ts'

const each = (messages: readonly unknown[]) => messages.flatMap((message) => [sendJson(message), settle])
const whole: Request = query(1, 'calls.echo', 'a')

/** Messages that are no requests, or hardly. */
export const malformed: readonly Script[] = [
  script('messages that are not JSON', [sendText(''), settle, sendText('{"id":1,'), settle]),
  script(
    'JSON that is no request',
    each([42, 'PING', null, {}, [[]], { ...whole, id: undefined }, { ...whole, id: { a: 1 } }]),
  ),
  script(
    'requests with something missing or wrong',
    each([
      { ...whole, method: undefined },
      { ...whole, method: 'dance' },
      { ...whole, params: undefined },
      { ...whole, params: { path: 7 } },
      { ...whole, params: { path: 'calls.echo', lastEventId: 7 } },
      { ...whole, jsonrpc: '1.0' },
    ]),
  ),
  script('a request whose id is null', [say({ ...whole, id: null }), hear(1)]),
  script('a request whose id is beyond all numbers', [
    sendText('{"id":1e999,"method":"query","params":{"path":"calls.nil","input":{}}}'),
    settle,
  ]),
  script('a request whose id has 65 characters', [say(query('i'.repeat(65), 'calls.nil')), settle]),
  script('a request with fields that nobody knows', [sendJson({ ...whole, id: 1, more: [] }), settle], {
    roots: ['plain'],
  }),
  script('connection params that nobody announced', [
    sendJson({ method: 'connectionParams', data: { user: 'ada' } }),
    settle,
  ]),
  script('a binary message', [sendBytes(Buffer.from(JSON.stringify(whole))), settle]),
  script('a text message that is not UTF-8', [sendBytes(Buffer.from([0x22, 0xff, 0x22]), false), settle]),
  script(
    'a message in fragments',
    [sendFragments('{"id":1,', '"method":"query",', '"params":{"path":"none"}}'), settle],
    {
      roots: ['plain'],
    },
  ),
  script(
    'an input with a key named meta',
    [sendJson(query(1, 'calls.echo', { meta: { values: { author: ['ada'] } } })), hear(1)],
    { roots: ['plain'] },
  ),
  script(
    'an input that superjson revives',
    [
      say(query(1, 'calls.echo', { at: new Date(0), tags: new Set(['a']), none: Number.NaN, big: 10n, no: undefined })),
      hear(1),
    ],
    { roots: ['superjson', 'formatted'] },
  ),
  script('an input that superjson would revive as a regular expression', [say(query(1, 'calls.echo', /a+/)), settle], {
    roots: ['superjson', 'formatted'],
  }),
]
