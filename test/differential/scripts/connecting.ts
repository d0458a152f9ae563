import {
  hangUp,
  hear,
  look,
  ping,
  query,
  type Script,
  say,
  sayAtOnce,
  script,
  sendBytes,
  sendJson,
  sendText,
  settle,
  subscription,
} from '../script.ts'

const url = '/trpc?connectionParams=1'
const params = (data: unknown) => sendJson({ method: 'connectionParams', data })
const askContext = say(query(1, 'calls.context'))

/** Pings, connection params and what stands in the url. */
export const connecting: readonly Script[] = [
  script('PING', [sendText('PING'), hear(1), say(query(1, 'calls.echo', 'a')), hear(1), sendText('PING'), hear(1)]),
  script('PONG', [sendText('PONG'), settle]),
  script('a ping of the protocol', [ping('abc'), hear(1)]),
  script('the signal of a connection', [say(query(1, 'calls.echo')), hear(1), hangUp, look()]),
  script('a client that says goodbye', [
    sayAtOnce(query(1, 'calls.echo'), subscription(2, 'stopping.patient')),
    hear(3),
    { do: 'leave' },
    hear(1),
    { do: 'await', note: 'cleaned' },
  ]),
  script('connection params', [params({ user: 'ada' }), askContext, hear(1)], { url }),
  script('connection params that are null', [params(null), askContext, hear(1)], { url }),
  script('connection params that are empty', [params({}), askContext, hear(1)], { url }),
  script('a url that says there are no connection params', [askContext, hear(1)], { url: '/trpc?connectionParams=0' }),
  script(
    'PING before the connection params',
    [sendText('PING'), hear(1), params({ user: 'ada' }), askContext, hear(1)],
    {
      url,
    },
  ),
  script('PONG before the connection params', [sendText('PONG'), params({ user: 'ada' }), askContext, hear(1)], {
    url,
  }),
  script('connection params that are not JSON', [sendText('{'), settle, askContext, settle], { url }),
  script('connection params that are no object', [sendJson(42), settle, askContext, settle], { url }),
  script('connection params that are not texts', [params({ user: 7 }), settle, askContext, settle], { url }),
  script('a request instead of connection params', [askContext, settle], { url }),
  script(
    'connection params in a binary message',
    [sendBytes(Buffer.from('{"method":"connectionParams","data":{"user":"ada"}}')), settle, askContext, settle],
    { url },
  ),
  script('a token in the url', [say(query(1, 'calls.nil')), hear(1)], { url: '/trpc?token=secret' }),
  script('another path', [say(query(1, 'calls.nil')), hear(1)], { url: '/other' }),
]
