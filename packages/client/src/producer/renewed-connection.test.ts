import { describe, expect, it } from 'vitest'
import { startServer } from '../../../../test/support/live-server.ts'
import { createConnectionOf } from '../connection/settings.ts'
import { createRenewedConnection } from './renewed-connection.ts'

/** What became of calls: `taken`, or the code of the error. */
const outcomesOf = async (calls: readonly Promise<unknown>[]): Promise<string[]> =>
  (await Promise.allSettled(calls)).map((call) => (call.status === 'fulfilled' ? 'taken' : call.reason.code))

describe('a connection that is opened anew', () => {
  it('says of the calls that waited on the old one that they were lost, not that all is over', async () => {
    // A port that nobody listens at.
    const connection = createRenewedConnection(() =>
      createConnectionOf({ url: 'ws://127.0.0.1:9/trpc', transport: 'websocket', requestTimeoutMs: 60 }),
    )
    const first = connection.mutate('status.lease', { producer: 'producer-1' })
    await new Promise((resolve) => setImmediate(resolve))
    const calls = [first, ...Array.from({ length: 3 }, () => connection.mutate('status.lease', {}))]
    const outcomes = await outcomesOf(calls)
    expect(outcomes[0]).toBe('TIMEOUT')
    expect(outcomes.slice(1).every((code) => code === 'TIMEOUT' || code === 'CONNECTION_LOST')).toBe(true)
    void connection.close()
    expect(await outcomesOf([connection.mutate('status.lease', {})])).toEqual(['DISPOSED'])
  })

  it('is one connection as long as the server is there', async () => {
    await using server = await startServer()
    let opened = 0
    const connection = createRenewedConnection(() => {
      opened++
      return createConnectionOf({ url: server.url })
    })
    const call = { producer: 'producer-1' }
    const calls = [connection.mutate('status.lease', call), connection.mutate('status.lease', call)]
    expect([await outcomesOf(calls), opened]).toEqual([['taken', 'taken'], 1])
    await connection.close()
  })
})
