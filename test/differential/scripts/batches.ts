import {
  hear,
  hearInOrder,
  mutation,
  query,
  type Script,
  say,
  sayAtOnce,
  script,
  settle,
  stop,
  subscription,
} from '../script.ts'

/** Messages that are arrays. */
export const batches: readonly Script[] = [
  script('a batch of one', [sayAtOnce(query(1, 'calls.echo', 'a')), hear(1)]),
  script('a batch of nothing', [sayAtOnce(), settle]),
  script('a batch of queries', [
    sayAtOnce(query(1, 'calls.echo', 'a'), query(2, 'calls.echo', 'b'), query(3, 'calls.echo', 'c')),
    hearInOrder(3),
  ]),
  script('a batch of everything', [
    sayAtOnce(
      query(1, 'calls.echo', 'a'),
      subscription(2, 'streams.counts', { to: 2 }),
      mutation(3, 'calls.change', 'b'),
      query(4, 'failures.thrown'),
      subscription(5, 'streams.untracked'),
      query(6, 'none'),
      stop(7),
    ),
    hear(12),
  ]),
  script('a batch of resumes', [
    sayAtOnce(
      subscription('a', 'streams.counts', { to: 3 }, '1'),
      subscription('b', 'streams.counts', { to: 3 }, '2'),
      subscription('c', 'streams.counts', { to: 3 }),
    ),
    hear(12),
  ]),
  script('a batch of stops', [
    sayAtOnce(subscription(1, 'stopping.patient'), subscription(2, 'stopping.patient')),
    hear(4),
    sayAtOnce(stop(1), query(3, 'calls.echo', 'a'), stop(2), stop(9)),
    hear(3),
  ]),
  script('a stop and a start of one id in a batch', [
    say(subscription(1, 'stopping.patient')),
    hear(2),
    sayAtOnce(stop(1), subscription(1, 'streams.empty')),
    hear(2),
  ]),
  script('a batch with an id that is null', [
    sayAtOnce(query(1, 'calls.echo', 'a'), query(null, 'calls.echo', 'b'), stop(null)),
    hear(3),
  ]),
  script('a batch with one bad item', [
    sayAtOnce(query(1, 'calls.echo', 'a'), { id: 2, method: 'dance' }, query(3, 'calls.echo', 'c')),
    settle,
  ]),
]
