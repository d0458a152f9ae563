import { hear, hearInOrder, look, type Script, say, script, settle, stop, subscription } from '../script.ts'

/** Subscriptions that end by themselves, well or badly. */
export const streams: readonly Script[] = [
  script('a generator of tracked values', [say(subscription(1, 'streams.counts', { to: 3 })), hearInOrder(5)]),
  script('a generator of untracked values', [say(subscription(1, 'streams.untracked')), hearInOrder(4)]),
  script('a generator that tracks only some', [say(subscription(1, 'streams.mixed')), hearInOrder(4)]),
  script('a generator of odd values', [say(subscription(1, 'streams.odd')), hearInOrder(7)]),
  script('a generator that ends at once', [say(subscription(1, 'streams.empty')), hearInOrder(2)]),
  script('a generator that returns something', [say(subscription(1, 'streams.returning')), hearInOrder(3)]),
  script('an observable that completes', [say(subscription(1, 'streams.observed')), hearInOrder(4)]),
  script('an id that is used again after its end', [
    say(subscription(1, 'streams.untracked')),
    hear(4),
    say(subscription(1, 'streams.empty')),
    hear(2),
  ]),
  script('a generator that throws at once', [say(subscription(1, 'streams.failsFirst')), hearInOrder(3)]),
  script('a generator that throws midway', [say(subscription(1, 'streams.failsMidway')), hearInOrder(4)]),
  script('a generator that throws an Error midway', [say(subscription(1, 'streams.breaksMidway')), hearInOrder(4)]),
  script('an observable that fails', [say(subscription(1, 'streams.observedFailure')), hearInOrder(4)]),
  script('a value that nobody can write', [say(subscription(1, 'streams.failsToWrite')), hearInOrder(4)]),
  script('the signal and the cleanup of one that throws', [
    say(subscription(1, 'streams.failsMidway')),
    settle,
    look(),
    say(subscription(2, 'streams.failsToWrite')),
    settle,
    look(),
  ]),
  script('a subscription that is none', [say(subscription(1, 'streams.notIterable')), hear(1)]),
  script('a subscription that throws before it starts', [say(subscription(1, 'streams.failsBefore')), hear(1)]),
  script('a subscription whose input is refused', [say(subscription(1, 'streams.counts', { to: 'b' })), hear(1)]),
  script('the jsonrpc field of a subscription', [
    say({ ...subscription(1, 'streams.counts', { to: 1 }), jsonrpc: '2.0' }),
    hearInOrder(3),
    say({ ...subscription(2, 'streams.failsFirst'), jsonrpc: '2.0' }),
    hearInOrder(3),
    say({ ...subscription(3, 'stopping.patient'), jsonrpc: '2.0' }),
    hearInOrder(2),
    say(stop(3)),
    hear(1),
  ]),
]

/** Subscriptions that no generator made. */
export const handmade: readonly Script[] = [
  script('an iterator that is done', [say(subscription(1, 'handmade.noted')), hearInOrder(3), look()]),
  script('an iterator without a return', [
    say(subscription(1, 'handmade.withoutReturn')),
    hear(2),
    say(stop(1)),
    hear(1),
  ]),
  script('an iterator that throws outright', [say(subscription(1, 'handmade.throwsOutright')), hearInOrder(4)]),
  script('an iterator that is disposed of', [
    say(subscription(1, 'handmade.disposable')),
    hear(2),
    say(stop(1)),
    hear(1),
    look(),
  ]),
  script('an iterable without an iterator', [say(subscription(1, 'handmade.withoutIterator')), hearInOrder(3)]),
  script('an iterator whose cleanup waits for its signal', [
    say(subscription(1, 'handmade.returnsOnAbort')),
    hearInOrder(3),
  ]),
  script('an iterator that fails, and its cleanup too', [say(subscription(1, 'handmade.failsTwice')), hearInOrder(3)]),
]
