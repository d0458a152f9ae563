import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { canaries } from './canaries/all.ts'
import { runCanary, twoAtATime } from './canaries/run.ts'

const root = new URL('../../', import.meta.url)

describe('canaries', () => {
  it.each(canaries)('the place for "$name" is still there, once', ({ file, from, to }) => {
    const source = readFileSync(fileURLToPath(new URL(file, root)), 'utf8')
    expect(source.split(from).length - 1).toBe(1)
    expect(source).not.toContain(to)
  })

  it('the checker finds nothing in the product, and each of ten bugs that are put into it', async () => {
    const [healthy, ...runs] = await twoAtATime([null, ...canaries.map(({ name }) => name)], runCanary)
    expect(healthy).toMatchObject({ lines: [], noise: '', exitCode: 0 })
    const table = runs.map(({ invariants, noise }, index) => ({
      canary: canaries[index]?.name,
      caughtBy: invariants.join(' ') || noise.slice(0, 500) || 'nothing',
    }))
    console.table(table)
    // By the checker: a run that breaks down shows nothing.
    for (const [index, run] of runs.entries()) {
      expect([canaries[index]?.name, run.exitCode, run.noise]).toEqual([canaries[index]?.name, 1, ''])
      expect(run.invariants, canaries[index]?.name).not.toEqual([])
    }
    expect(runs.length).toBe(10)
  }, 240_000)
})
