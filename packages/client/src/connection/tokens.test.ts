import { TelltaleError } from '@telltale/contract/wire'
import { describe, expect, it, vi } from 'vitest'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { Tokens } from './tokens.ts'

const tokenOf = (lifeSeconds: number) => {
  const iat = Math.floor(Date.now() / 1_000)
  return `e30.${Buffer.from(JSON.stringify({ iat, exp: iat + lifeSeconds })).toString('base64url')}.x`
}

function setUp(fetch: () => string | null | Promise<string | null>) {
  const clock = createManualClock()
  const fresh: string[] = []
  const fetched = vi.fn(fetch)
  const onFresh = async (token: string): Promise<void> => void fresh.push(token)
  return {
    tokens: new Tokens({ fetch: fetched, clock, random: () => 0.5, timeoutMs: 10_000, onFresh }),
    clock,
    fresh,
    fetched,
  }
}

describe('Tokens', () => {
  it('fetches the next one at four fifths of a life, again and again', async () => {
    const { tokens, clock, fresh, fetched } = setUp(() => tokenOf(100))
    await tokens.fetch()
    clock.advance(79_000)
    expect(fetched).toHaveBeenCalledTimes(1)
    clock.advance(2_000)
    await vi.waitFor(() => expect(fresh).toHaveLength(1))
    clock.advance(81_000)
    await vi.waitFor(() => expect(fresh).toHaveLength(2))
    expect(tokens.latest).toBe(fresh[1])
  })

  it('fetches one that lives for years once a day, for timers cannot wait longer than weeks', async () => {
    const { tokens, clock, fetched } = setUp(() => tokenOf(90 * 86_400))
    await tokens.fetch()
    clock.advance(86_399_000)
    expect(fetched).toHaveBeenCalledTimes(1)
    clock.advance(2_000)
    await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(2))
  })

  it('tries again what failed, in the middle of what is left', async () => {
    let fails = false
    const { tokens, clock, fetched, fresh } = setUp(() => {
      if (fails) throw new Error('away')
      return tokenOf(100)
    })
    await tokens.fetch()
    fails = true
    clock.advance(80_000)
    await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(2))
    // What it failed with has to be heard first.
    await new Promise((resolve) => setImmediate(resolve))
    fails = false
    clock.advance(10_001)
    await vi.waitFor(() => expect(fresh).toHaveLength(1))
  })

  it.each(['rest', 'end'] as const)('leaves nothing behind when it is to %s in the middle of a fetch', async (how) => {
    let answer: (token: string) => void = () => undefined
    let isFirst = true
    const { tokens, clock, fresh } = setUp(() => {
      if (isFirst) {
        isFirst = false
        return tokenOf(100)
      }
      return new Promise<string>((resolve) => {
        answer = resolve
      })
    })
    await tokens.fetch()
    clock.advance(85_000)
    await vi.waitFor(() => expect(clock.timers).toBe(1))
    if (how === 'rest') tokens.rest()
    else tokens.end(new TelltaleError('DISPOSED', 'the client is closed'))
    answer(tokenOf(100))
    await vi.waitFor(() => expect(clock.timers).toBe(0))
    await Promise.resolve()
    expect(fresh).toEqual([])
  })

  it('knows when the last one is over', async () => {
    const { tokens, clock } = setUp(() => tokenOf(2))
    expect(tokens.isOver).toBe(false)
    await tokens.fetch()
    tokens.rest()
    expect(tokens.isOver).toBe(false)
    clock.advance(2_100)
    expect(tokens.isOver).toBe(true)
  })
})
