import { hear, hearInOrder, mutation, query, type Script, say, sayAtOnce, script } from '../script.ts'

/** Queries, mutations and what their envelopes carry. */
export const calls: readonly Script[] = [
  script('a query', [say(query(1, 'calls.echo', { text: 'hello', n: 1 })), hear(1)]),
  script('a query without input', [say(query(1, 'calls.echo')), hear(1)]),
  script('a query with null as its input', [say(query(1, 'calls.echo', null)), hear(1)]),
  script('a query that answers undefined', [say(query(1, 'calls.nothing')), hear(1)]),
  script('a query that answers null', [say(query(1, 'calls.nil')), hear(1)]),
  script('a query that answers what JSON cannot say', [say(query(1, 'calls.rich')), hear(1)]),
  script('a query that answers a bigint', [say(query(1, 'calls.bigint')), hear(1)]),
  script('a query that answers what nobody can write', [say(query(1, 'calls.unserializable')), hear(1)]),
  script('a mutation', [say(mutation(1, 'calls.change', { to: 'b' })), hear(1), { do: 'look', signals: [] }]),
  script('a schema that is satisfied', [say(query(1, 'calls.strict', { n: 1 })), hear(1)]),
  script('where a procedure finds itself', [
    say(query(1, 'calls.place')),
    hear(1),
    sayAtOnce(query(2, 'calls.place'), mutation(3, 'calls.change'), query(4, 'calls.place')),
    hear(3),
  ]),
  script('ids that are numbers', [
    ...[0, -1, 1.5, 9_007_199_254_740_991].flatMap((id) => [say(query(id, 'calls.echo', id)), hear(1)]),
  ]),
  script('ids that are texts', [
    ...['', 'a', '1', 'ü"\\', '__proto__', 'x'.repeat(64)].flatMap((id) => [say(query(id, 'calls.echo', id)), hear(1)]),
  ]),
  script('one id for two queries', [
    sayAtOnce(query(1, 'calls.echo', 'a'), query(1, 'calls.echo', 'b')),
    hearInOrder(2),
  ]),
  script('the jsonrpc field of a query', [
    say({ ...query(1, 'calls.echo', 'a'), jsonrpc: '2.0' }),
    hear(1),
    say({ ...query(2, 'calls.none'), jsonrpc: '2.0' }),
    hear(1),
    say({ ...query(null, 'calls.echo'), jsonrpc: '2.0' }),
    hear(1),
  ]),
  script('calls one after another', [
    say(query(1, 'calls.echo', 'a')),
    hear(1),
    say(mutation(2, 'calls.change', 'b')),
    hear(1),
    say(query(1, 'calls.echo', 'c')),
    hear(1),
  ]),
]
