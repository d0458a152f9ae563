import { describe, expect, it } from 'vitest'
import { orderOf } from '../../bench/src/fan-out.ts'
import { summarizeFanOut } from '../../bench/src/fan-out-summary.ts'
import { judge } from '../../bench/src/guard.ts'
import { median, quantile } from '../../bench/src/statistics.ts'
import { sampleOf } from './samples.ts'

/** A round in which the machine was as fast as told, and Telltale so much of the mark. */
const roundOf = (round: number, speed: number, share: number) => [
  sampleOf({ round, deliveriesPerSecond: speed, serverCpuMicros: 1 / speed }),
  sampleOf({
    round,
    contender: 'telltale',
    deliveriesPerSecond: speed * share,
    serverCpuMicros: 1 / speed / (share / 2),
  }),
]

const rounds = [...roundOf(0, 1_000, 0.5), ...roundOf(1, 10, 0.9), ...roundOf(2, 1_000, 0.8)]

describe('what the rounds of the fan-out come to', () => {
  it('takes a ratio within a round, so that a slow round of the machine harms nobody', () => {
    const summary = summarizeFanOut(rounds, { contender: 'telltale', readers: 100, mark: 'raw-hundred' })
    expect(summary?.ratio).toEqual({ middle: 0.8, low: 0.5, high: 0.9 })
    expect(summary?.cpuRatio?.middle).toBeCloseTo(0.4)
    expect(summary).toMatchObject({ deliveriesPerSecond: 500, slowest: 9, fastest: 800, rounds: 3 })
  })

  it('has no ratio where the mark was not measured, and nothing for who was not', () => {
    const alone = [sampleOf({ contender: 'telltale' })]
    const of = { readers: 100, mark: 'raw-hundred' } as const
    expect(summarizeFanOut(alone, { ...of, contender: 'telltale' })?.ratio).toBeNull()
    expect(summarizeFanOut(alone, { ...of, contender: 'socket-io' })).toBeNull()
    expect(summarizeFanOut(alone, { ...of, contender: 'telltale', readers: 1 })).toBeNull()
  })

  it('guards by the better of throughput and CPU time, each a median', () => {
    const verdict = judge(rounds)
    expect(verdict.throughput).toBeCloseTo(0.8)
    expect(verdict.efficiency).toBeCloseTo(0.4)
    expect(verdict).toMatchObject({ ratio: verdict.throughput, rounds: 3 })
    expect(() => judge(rounds.filter(({ contender }) => contender === 'telltale'))).toThrow('both')
  })

  it('lets another contender begin in each round, and goes backwards in every second', () => {
    const orders = [0, 1, 2, 3].map((round) => orderOf(['a', 'b', 'c'], round).join(''))
    expect(orders).toEqual(['abc', 'acb', 'cab', 'cba'])
  })

  it('takes the middle of the values, and the nearest rank of a share', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(quantile([5, 1, 4, 2, 3], 0.99)).toBe(5)
    expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3)
    expect(median([])).toBeNaN()
  })
})
