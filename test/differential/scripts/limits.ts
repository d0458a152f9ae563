import {
  awaitNote,
  hear,
  open,
  query,
  type Script,
  say,
  sayAtOnce,
  script,
  sendText,
  settle,
  stop,
  subscription,
} from '../script.ts'

/** What our limits refuse, with limits that are small enough to read. */
export const limits: readonly Script[] = [
  script(
    'more requests in a message than batchMax',
    [sayAtOnce(query(1, 'calls.echo', 'a'), query('b', 'calls.echo', 'b'), stop(3)), settle],
    { limits: { batchMax: 2, subscriptionsMax: 2 } },
  ),
  script(
    'more subscriptions than subscriptionsMax',
    [
      say(subscription(1, 'stopping.patient')),
      hear(2),
      say(subscription(2, 'streams.empty')),
      settle,
      say(stop(1)),
      hear(1),
      say(subscription(3, 'streams.empty')),
      hear(2),
    ],
    { limits: { subscriptionsMax: 1 } },
  ),
  script(
    'more calls at the same time than requestsMax',
    [
      say(query(1, 'calls.waits')),
      awaitNote('waits'),
      say(query(2, 'calls.nil')),
      hear(1),
      open('answer'),
      hear(1),
      say(query(3, 'calls.nil')),
      hear(1),
    ],
    { limits: { requestsMax: 1 } },
  ),
  script(
    'an input nested deeper than jsonDepthMax',
    [say(query(1, 'calls.echo', { a: { b: { c: { d: { e: {} } } } } })), settle],
    {
      limits: { jsonDepthMax: 3 },
    },
  ),
  script('a message of more bytes than inboundMaxBytes', [sendText(`"${'x'.repeat(2_000)}"`), settle], {
    limits: { inboundMaxBytes: 1_000 },
  }),
]
