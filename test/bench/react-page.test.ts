import { describe, expect, it } from 'vitest'
import type { Said, Watched } from '../../bench/src/react/commands.ts'
import { betterOf, highestHeld, isAtItsEnd, judge, latenciesOf, type PageSample } from '../../bench/src/react/judge.ts'
import { dueNow } from '../../bench/src/react/pace.ts'
import { Gauge } from '../../bench/src/react/page/gauge.ts'
import { sayingOf } from '../../bench/src/react/said.ts'
import { toRatios, toTables } from '../../bench/src/react/tables.ts'

/** 100 updates after 50 of a warm-up, said in a second, five in a turn. */
const said: Said = {
  last: 150,
  updates: 100,
  elapsedMs: 1_000,
  cpuMs: 100,
  turns: Array.from({ length: 20 }, (_, index) => [10_000 + index * 50, 55 + index * 5] as const),
}

/** A page that commits 20 ms after each turn. */
function watchedWith(record: Partial<Watched['record']> = {}, isThere = true): Watched {
  const rows = Array.from({ length: 50 }, (_, index) => 101 + index)
  const commits = said.turns.map(([atMs, last]) => [atMs + 20, last] as const)
  const whole = { received: 150, missed: 0, rows, listed: 50, commits, longTasks: [], ...record }
  return { isThere, record: whole, busyMs: 250, elapsedMs: 1_000, profile: null }
}

const run = { page: 'telltale', perSecond: 100, round: 0 } as const

describe('how a run of a page is judged', () => {
  it('is held when everything came and no task was long', () => {
    const sample = judge(run, said, watchedWith())
    expect(sample).toMatchObject({ verdict: 'held', p50Ms: 20, p99Ms: 20, commitsPerSecond: 20, pageBusy: 0.25 })
  })

  it('is not held with a long task, with missed updates, too late, or when too little was said', () => {
    expect(judge(run, said, watchedWith({ longTasks: [[10_500, 61]] }))).toMatchObject({
      verdict: 'long tasks',
      longestMs: 61,
    })
    expect(judge(run, said, watchedWith({ received: 140, missed: 10 })).verdict).toBe('missed')
    expect(judge(run, said, watchedWith({ received: 20 }, false)).verdict).toBe('behind')
    expect(judge(run, said, watchedWith({ commits: [[12_000, 150]] })).verdict).toBe('behind')
    expect(judge({ ...run, perSecond: 200 }, said, watchedWith()).verdict).toBe('server')
  })

  it('ends the benchmark when updates were lost, doubled or disordered in silence', () => {
    expect(() => judge(run, said, watchedWith({ received: 149 }))).toThrow('counts 149 updates')
    expect(() => judge(run, said, watchedWith({ received: 151 }))).toThrow('counts 151 updates')
    const swapped = watchedWith().record.rows.with(7, 109).with(8, 108)
    expect(() => judge(run, said, watchedWith({ rows: swapped }))).toThrow('row 7 of 50 has update 109')
    expect(() => judge(run, said, watchedWith({ listed: 49 }))).toThrow('49 rows are listed')
  })

  it('takes the time from each call to the first commit that had its update', () => {
    const commits = [
      [10_010, 52],
      [10_100, 150],
    ] as const
    const latencies = latenciesOf({ ...said, turns: said.turns.slice(0, 2) }, commits)
    expect(latencies).toEqual([10, 10, 100, 100, 100, 50, 50, 50, 50, 50])
  })

  it('leaves out of the times what was never shown', () => {
    expect(latenciesOf(said, [[10_010, 60]])).toHaveLength(10)
  })
})

const sampleOf = (some: Partial<PageSample>): PageSample => ({ ...judge(run, said, watchedWith()), ...some })

describe('what the rounds come to', () => {
  const samples = [0, 1].flatMap((round) => [
    sampleOf({ round, page: 'by-hand' }),
    sampleOf({
      round,
      page: 'by-hand',
      perSecond: 1_000,
      verdict: round === 1 ? 'long tasks' : 'held',
      longTasks: round,
    }),
    sampleOf({ round }),
    sampleOf({ round, perSecond: 1_000 }),
    sampleOf({ round, perSecond: 3_000, verdict: round === 0 ? 'held' : 'behind' }),
  ])

  it('counts a rate only when it was held in every round', () => {
    expect(highestHeld(samples, 'telltale')).toBe(1_000)
    expect(highestHeld(samples, 'by-hand')).toBe(100)
    expect(highestHeld([...samples, sampleOf({ perSecond: 9_000 })], 'telltale')).toBe(1_000)
    expect(highestHeld([], 'telltale')).toBe(0)
    expect(toRatios(samples)).toEqual({ 'react/rate': 10 })
    expect(toRatios(samples.filter(({ page }) => page === 'telltale'))).toEqual({})
  })

  it('counts the better of two tries, and the first of two that were alike', () => {
    const [slow, held, again] = [sampleOf({ verdict: 'behind' }), sampleOf({}), sampleOf({ p99Ms: 7 })]
    expect(betterOf(slow, held)).toBe(held)
    expect(betterOf(held, slow)).toBe(held)
    expect(betterOf(held, again)).toBe(held)
  })

  it('gives a page up after two rates in a row that were too much', () => {
    const failed = sampleOf({ perSecond: 10_000, verdict: 'behind' })
    expect(isAtItsEnd(samples, 'telltale', 1)).toBe(false)
    expect(isAtItsEnd([...samples, { ...failed, round: 1 }], 'telltale', 1)).toBe(true)
    expect(isAtItsEnd([...samples, failed], 'telltale', 0)).toBe(false)
  })

  it('tells of each page and rate, with the worst of its rounds', () => {
    const [figure, rates] = toTables(samples)
    expect(figure?.rows.map(({ cells }) => cells)).toEqual([['100'], ['1,000']])
    const rowOf = (title: string) => rates?.rows.find((row) => row.title === title)?.cells
    expect(rowOf('by hand, 1,000/s')).toEqual(['long tasks', '1', '20', '20', '20', '25 %', '10 %'])
    expect(rowOf('Telltale, 3,000/s')?.[0]).toBe('behind')
    expect(rates?.rows).toHaveLength(5)
    for (const { columns, rows } of toTables(samples)) {
      for (const { cells } of rows) expect(cells).toHaveLength(columns.length)
    }
  })
})

describe('the producer of a page', () => {
  it('says what is due, no more than there is, and no more than fits into a turn', () => {
    expect(dueNow({ elapsedMs: 100, perSecond: 1_000, total: 1_000, said: 40 })).toBe(60)
    expect(dueNow({ elapsedMs: 100, perSecond: 1_000, total: 50, said: 40 })).toBe(10)
    expect(dueNow({ elapsedMs: 100, perSecond: 1_000, total: 1_000, said: 100 })).toBe(0)
    expect(dueNow({ elapsedMs: 5_000, perSecond: 100_000, total: 500_000, said: 0 })).toBe(500)
  })

  it('moves the bar with every tenth update, and gives each a text of its own', () => {
    const sayings = Array.from({ length: 20 }, (_, index) => sayingOf(index + 1))
    expect(sayings.filter(({ category }) => category === 'progress').map(({ metadata }) => metadata.seq)).toEqual([
      10, 20,
    ])
    expect(sayings[19]?.metadata).toMatchObject({ current: 2, total: 1_000 })
    expect(new Set(sayings.map(({ text }) => text)).size).toBe(20)
  })
})

describe('the gauge in the page', () => {
  it('writes down commits with the newest update, and forgets them at a beginning', () => {
    const gauge = new Gauge()
    const updates = [{ metadata: { seq: 7 } }, { metadata: { seq: 8 } }]
    gauge.committed({ updates, received: 6, missed: 2, isLive: true })
    expect(gauge.reached).toBe(8)
    expect(gauge.isLive).toBe(true)
    expect(gauge.commits.map(([, newest]) => newest)).toEqual([8])
    gauge.begin()
    expect(gauge.commits).toEqual([])
    expect(gauge.reached).toBe(8)
  })
})
