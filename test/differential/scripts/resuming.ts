import { hear, hearInOrder, type Script, say, script, subscription } from '../script.ts'

/** Where tRPC puts the last tracked id that a client saw. */
export const resuming: readonly Script[] = [
  script('a resume', [say(subscription(1, 'streams.counts', { to: 3 }, '1')), hearInOrder(4)]),
  script('a resume of all that there is', [say(subscription(1, 'streams.counts', { to: 3 }, '3')), hearInOrder(2)]),
  ...Object.entries({
    'an object': { a: 1 },
    'an object that has one already': { lastEventId: 'old' },
    nothing: undefined,
    null: null,
    'a text': 'text',
    'a number': 7,
    false: false,
    'an array': ['a', 'b'],
  }).map(([name, input]) =>
    script(`a resume whose input is ${name}`, [say(subscription(1, 'streams.echo', input, 'e5')), hearInOrder(3)]),
  ),
  script('a resume from the empty id', [say(subscription(1, 'streams.echo', {}, '')), hearInOrder(3)]),
  script('a resume whose input is a date', [say(subscription(1, 'streams.echo', new Date(0), 'e5')), hear(3)]),
  script('a resume that fails', [
    say(subscription(1, 'streams.none', { a: 1 }, 'e5')),
    hear(1),
    say(subscription(2, 'streams.counts', { to: 'b' }, 'e5')),
    hear(1),
  ]),
]
