import type { Span } from '@telltale/contract'
import type { TelltaleOptions } from '@telltale/server'
import { TRPCClientError } from '@trpc/client'
import { describe, expect, it } from 'vitest'
import { createStockHttpClient } from '../sse/stock-http.ts'
import { createStockClient } from '../support/stock-client.ts'
import { memoryInUse } from './memory.ts'
import { startWatched } from './watched.ts'

const poll = { timeout: 30_000, interval: 20 }
const quick = { limits: { leaseLapseMs: 1_500, leaseSweepMs: 100 } }
/** Everybody is who they say they are. */
const named = {
  access: {
    authenticate: ({ token }: { token: string | null }) => ({ userId: token ?? 'nobody' }),
    authorize: () => true,
  },
} satisfies TelltaleOptions<never>

/** A span's update, as a client of tRPC says it. */
function saying(id: string, state: Span['state'], more: object = {}) {
  const span: Span = { id, name: id, state, startedAt: new Date().toISOString() }
  return { conversationId: 'c', category: 'tool', text: `${id} ${state}`, span, ...more } as const
}

const codeOf = (error: unknown): string =>
  error instanceof TRPCClientError ? (error.data?.telltale?.code ?? error.data?.code) : String(error)

describe('a stock client of tRPC', () => {
  it('has its connection for a lease: nothing is lost while it is open, and what is open half a lapse after it', async () => {
    await using server = await startWatched(quick)
    const heard = await server.hear()
    const client = createStockClient(server.url)
    const other = createStockClient(server.url)
    await client.trpc.status.publish.mutate(saying('mine', 'started'))
    await other.trpc.status.publish.mutate(saying('theirs', 'started'))
    await client.close()
    await expect.poll(() => heard.states, poll).toEqual(['mine started', 'theirs started', 'mine lost'])
    await other.trpc.status.publish.mutate(saying('theirs', 'succeeded'))
    await expect.poll(() => heard.states.at(-1), poll).toBe('theirs succeeded')
    await other.close()
  })

  it('may be carried on by the same user over another connection, and by no other user', async () => {
    await using server = await startWatched({ ...quick, ...named })
    const heard = await server.hear()
    const clientOf = (token: string) => createStockHttpClient(server.url, { token })
    const [ann, bob] = [clientOf('ann'), clientOf('bob')]
    await ann.status.publish.mutate(saying('work', 'started'))
    for (const state of ['running', 'succeeded', 'cancelled'] as const) {
      await expect(bob.status.publish.mutate(saying('work', state)).catch(codeOf)).resolves.toBe('INVALID_INPUT')
    }
    await expect(
      ann.status.publish.mutate(saying('work', 'running', { category: 'info' })).catch(codeOf),
    ).resolves.toBe('INVALID_INPUT')
    await ann.status.publish.mutate(saying('work', 'succeeded'))
    await expect(ann.status.publish.mutate(saying('work', 'running')).catch(codeOf)).resolves.toBe('INVALID_INPUT')
    await expect.poll(() => heard.states, poll).toEqual(['work started', 'work succeeded'])
  })

  it('over plain HTTP has half a lapse from one request to the next, or a name and a lease', async () => {
    await using server = await startWatched(quick)
    const heard = await server.hear()
    const http = createStockHttpClient(server.url)
    const producer = 'a-worker-with-a-name'
    await Promise.all([
      http.status.publish.mutate(saying('nameless', 'started')),
      http.status.publish.mutate(saying('named', 'started', { producer })),
    ])
    const renewing = new AbortController()
    const renew = async (): Promise<void> => {
      while (!renewing.signal.aborted)
        expect(await http.status.lease.mutate({ producer })).toMatchObject({ isAlive: true })
    }
    const renewed = renew()
    await expect.poll(() => heard.states.slice(2), poll).toEqual(['nameless lost'])
    await expect.poll(() => server.telltale.size().openSpans, poll).toBe(1)
    await http.status.publish.mutate(saying('named', 'succeeded', { producer }))
    await expect.poll(() => heard.states.at(-1), poll).toBe('named succeeded')
    renewing.abort()
    await renewed
  })

  it('that sends a start again behind the end opens nothing', async () => {
    await using server = await startWatched(quick)
    const heard = await server.hear()
    const { trpc, close } = createStockClient(server.url)
    await trpc.status.publish.mutate(saying('work', 'started', { id: 'one' }))
    await trpc.status.publish.mutate(saying('work', 'succeeded', { id: 'two' }))
    await trpc.status.publish.mutate(saying('work', 'started', { id: 'one' }))
    expect(server.telltale.size().openSpans).toBe(0)
    await close()
    await expect.poll(() => server.telltale.size().connections, poll).toBe(0)
    expect(heard.states).toEqual(['work started', 'work succeeded'])
  })
})

describe('a stranger', () => {
  it('gets a typed error for each mistake about spans and leases, and readers go on', async () => {
    await using server = await startWatched(quick)
    const heard = await server.hear()
    const { trpc, close } = createStockClient(server.url)
    const base = saying('x', 'running').span
    const spans: unknown[] = [
      5,
      [],
      'x'.repeat(1_000),
      { ...base, id: 'x'.repeat(65) },
      { ...base, id: '' },
      { ...base, id: '__proto__\n' },
      { ...base, parentId: 'x'.repeat(65) },
      { ...base, name: 'x'.repeat(129) },
      { ...base, state: 'lost' },
      { ...base, state: 'toString' },
      { ...base, startedAt: 'yesterday' },
      { ...base, durationMs: -1 },
      { ...base, durationMs: '1' },
      { ...base, progress: { percent: 101 } },
      { ...base, progress: 'half' },
      { ...base, attempt: 1.5 },
      { ...base, error: { type: 'x'.repeat(65), message: '' } },
      { ...base, error: { type: 'Error', message: 'x'.repeat(513) } },
      { ...base, fallback: { from: 'a' } },
      { ...base, id: undefined },
    ]
    for (const span of spans) {
      const refused = trpc.status.publish.mutate({ ...saying('x', 'running'), span } as never).catch(codeOf)
      await expect(refused, JSON.stringify(span)).resolves.toBe('INVALID_INPUT')
    }
    const names: unknown[] = [5, '', 'short', 'x'.repeat(65), 'with space', '__proto__', { toString: 'x' }, undefined]
    for (const producer of names) {
      const refused = trpc.status.lease.mutate({ producer } as never).catch(codeOf)
      // `__proto__` is nine characters that mean nothing here.
      await expect(refused, JSON.stringify(producer)).resolves.toEqual(
        producer === '__proto__' ? expect.objectContaining({ isAlive: true }) : 'INVALID_INPUT',
      )
    }
    const shed = (counts: unknown) =>
      trpc.status.publishMany.mutate({ updates: [{ conversationId: 'c', shed: counts } as never] })
    for (const counts of [{}, { info: -1 }, { info: 1e10 }, { nonsense: 1 }, 5, Object.fromEntries(manyOf(32))]) {
      expect(await shed(counts), JSON.stringify(counts)).toMatchObject({ accepted: 0, rejected: [{ index: 0 }] })
    }
    await trpc.status.publish.mutate({ ...saying('x', 'running'), span: { ...base, unknown: 1 } } as never)
    await expect.poll(() => heard.states, poll).toEqual(['x running'])
    expect(Object.keys(heard.updates[0]?.span ?? {})).not.toContain('unknown')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    await close()
  })

  it('with 100,000 names leaves nothing behind, and a healthy producer does not notice', async () => {
    await using server = await startWatched({ limits: { openSpansMax: 50 } })
    const heard = await server.hear()
    const { trpc, close } = createStockClient(server.url)
    const before = memoryInUse()
    for (let round = 0; round < 1_000; round++) {
      const names = Array.from({ length: 100 }, (_, n) => `stranger-${round}-${n}`)
      await Promise.all(names.map((producer) => trpc.status.lease.mutate({ producer, leaving: round % 10 === 0 })))
    }
    expect(memoryInUse() - before).toBeLessThan(10_000_000)
    const flood = Array.from({ length: 100 }, (_, n) => saying(`flood-${n}`, 'started'))
    const outcomes = await Promise.all(
      flood.map((one, n) =>
        trpc.status.publish.mutate({ ...one, ...{ producer: `flooder-${n}` } }).then(() => 'taken', codeOf),
      ),
    )
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(50)
    expect(new Set(outcomes)).toEqual(new Set(['taken', 'TOO_MANY_REQUESTS']))
    expect(server.telltale.size().openSpans).toBe(50)
    for (let n = 0; n < 50; n++) await trpc.status.lease.mutate({ producer: `flooder-${n}`, leaving: true })
    await expect.poll(() => server.telltale.size().openSpans, poll).toBe(0)
    await trpc.status.publish.mutate(saying('healthy', 'started'))
    await trpc.status.publish.mutate(saying('healthy', 'succeeded'))
    await expect.poll(() => heard.states.slice(-2), poll).toEqual(['healthy started', 'healthy succeeded'])
    await close()
  })
})

function manyOf(count: number): [string, number][] {
  return Array.from({ length: count }, (_, n) => [`category${n}`, 1])
}
