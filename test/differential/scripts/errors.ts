import { hear, hearInOrder, mutation, query, type Script, say, script, subscription } from '../script.ts'

const codes = [
  'PARSE_ERROR',
  'BAD_REQUEST',
  'INTERNAL_SERVER_ERROR',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'TIMEOUT',
  'CONFLICT',
  'PRECONDITION_FAILED',
  'PAYLOAD_TOO_LARGE',
  'UNPROCESSABLE_CONTENT',
  'TOO_MANY_REQUESTS',
  'CLIENT_CLOSED_REQUEST',
  'SERVICE_UNAVAILABLE',
]

/** Errors, as procedures throw them and as the formatter is told of them. */
export const errors: readonly Script[] = [
  script(
    'an error of every code',
    codes.flatMap((code, id) => [say(query(id, 'failures.coded', code)), hear(1)]),
  ),
  script('an error without words', [say(query(1, 'failures.unworded', 'CONFLICT')), hear(1)]),
  script('an error with a cause', [say(mutation(1, 'failures.caused')), hear(1)]),
  script('an Error that is thrown', [say(query(1, 'failures.thrown')), hear(1)]),
  script('a text that is thrown', [say(query(1, 'failures.thrownText')), hear(1)]),
  script('nothing that is thrown', [say(mutation(1, 'failures.thrownNothing')), hear(1)]),
  script('an error of a middleware', [say(query(1, 'failures.thrownInMiddleware')), hear(1)]),
  script('an error that its procedure shapes', [say(query(1, 'failures.ownShape')), hear(1)]),
  script('a formatter that throws', [say(query(1, 'failures.formatting')), hear(1)]),
  script('a shape that nobody can write', [say(query(1, 'failures.unserializable')), hear(1)]),
  script('an input that its schema refuses', [say(query(1, 'calls.strict', { n: 'one' })), hear(1)]),
  script('an output that its schema refuses', [say(query(1, 'calls.strictOutput')), hear(1)]),
  script(
    'a stack of a procedure, in development',
    [say(query(1, 'failures.thrown')), hear(1), say(subscription(2, 'streams.breaksMidway')), hearInOrder(4)],
    { roots: ['dev'] },
  ),
  script(
    'a stack of the adapter, in development',
    [
      say(query(null, 'calls.nil')),
      hear(1),
      say(subscription(1, 'stopping.patient')),
      hear(2),
      say(subscription(1, 'streams.empty')),
      hear(1),
    ],
    { roots: ['dev'] },
  ),
  script('paths that do not exist', [
    ...['none', 'calls', 'calls.none', '', '.', '__proto__', 'calls.__proto__', 'constructor', 'p'.repeat(200)].flatMap(
      (path, id) => [say(query(id, path)), hear(1)],
    ),
    say(subscription('s', 'streams.none')),
    hear(1),
  ]),
  script('procedures of another type', [
    say(query(1, 'calls.change')),
    hear(1),
    say(mutation(2, 'calls.echo')),
    hear(1),
    say(query(3, 'streams.counts', { to: 1 })),
    hear(1),
    say(subscription(4, 'calls.echo')),
    hear(1),
  ]),
  script('a query that answers an iterable or an observable', [
    say(query(1, 'calls.generator')),
    hear(1),
    say(query(2, 'calls.observable')),
    hear(1),
  ]),
]
