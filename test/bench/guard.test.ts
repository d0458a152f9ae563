import { expect, it } from 'vitest'
import { guardFanOut } from '../../bench/src/guard.ts'
import { describeMachine } from '../../bench/src/machine.ts'

const floor = 0.75

it('brings a conversation to 100 readers at no less than 0.75 of the speed of raw sockets with frames of 100', async () => {
  const setting = { machine: describeMachine(), launch: { code: 'source', serverOptions: [] } } as const
  const verdict = await guardFanOut(setting, {
    floor,
    readers: 100,
    rounds: 2,
    moreRounds: 3,
    // Until what is run often is compiled: there is more of it than of a bare socket server.
    warmUpMs: 3_000,
    measureMs: 1_200,
  })
  const { throughput, efficiency, rounds } = verdict
  const found = `throughput ${throughput.toFixed(2)}, CPU ${efficiency.toFixed(2)} of the mark, over ${rounds} rounds`
  expect(verdict.ratio, found).toBeGreaterThanOrEqual(floor)
})
