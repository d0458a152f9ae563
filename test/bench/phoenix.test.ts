import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseCpuMs } from '../../bench/src/contenders/process-cpu.ts'
import { runFanOut } from '../../bench/src/fan-out.ts'
import { describeMachine } from '../../bench/src/machine.ts'

const server = `'${process.execPath}' '${fileURLToPath(new URL('./channel-server.ts', import.meta.url))}'`

const run = (command: string) =>
  runFanOut(
    { machine: describeMachine(), launch: { code: 'source', serverOptions: [], paths: { phoenix: command } } },
    { contender: 'phoenix', readers: 3, round: 0 },
    { warmUpMs: 50, measureMs: 200 },
  )

describe('a server that is started by a command', () => {
  it('is measured by the contract that the README tells, with the CPU time of its own process', async () => {
    const sample = await run(server)
    expect(sample.deliveries).toBeGreaterThan(0)
    expect(sample.deliveries % 3).toBe(0)
    expect(sample.updatesPerMessage).toBe(1)
    expect(sample.parsed).toBeGreaterThan(0)
    expect(sample.serverBusy).toBeGreaterThan(0)
  })

  it('ends the benchmark when it loses an update', async () => {
    await expect(run(`${server} --skip 7`)).rejects.toThrow('3 missed')
  })

  it('ends the benchmark when it does not start', async () => {
    await expect(run('false')).rejects.toThrow('the command ended with 1')
  })

  it('is charged with the time that Linux tells, whatever the program is called', () => {
    const stat = '42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 250 75 9 9 20 0 11 0 12345'
    expect(parseCpuMs(stat)).toBe(3_250)
    expect(() => parseCpuMs('42 (short) S')).toThrow('no CPU time')
  })
})
