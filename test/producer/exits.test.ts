import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, it, type TestContext } from 'vitest'
import { startWatched, type Watched } from './watched.ts'

const poll = { timeout: 40_000 }
const script = fileURLToPath(new URL('ending-process.ts', import.meta.url))

/** How a process ended, after how long, and what it printed. */
interface Ended {
  readonly code: number | null
  readonly tookMs: number
  readonly printed: string
}

/** Runs a process that ends in a way. */
async function run({ onTestFinished }: TestContext, url: string, way: string): Promise<Ended> {
  const startedAtMs = performance.now()
  const child: ChildProcess = spawn(process.execPath, ['--conditions=@telltale/source', script, url, way])
  onTestFinished(() => void child.kill('SIGKILL'))
  let printed = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return { code, tookMs: performance.now() - startedAtMs, printed }
}

const sizes = ({ telltale }: Watched) => telltale.size()

describe.concurrent('a process', () => {
  it('that says nothing opens no connection and ends at once', async (test) => {
    const { expect } = test
    await using server = await startWatched()
    const { code, tookMs } = await run(test, 'ws://127.0.0.1:1/trpc', 'says nothing')
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(5_000)
    expect(sizes(server).connections).toBe(0)
  })

  it('that flushes and has nothing left to do ends by itself, with everything accepted', async (test) => {
    const { expect } = test
    await using server = await startWatched()
    const heard = await server.hear()
    const { code, tookMs } = await run(test, server.url, 'flushes and ends')
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(15_000)
    expect(heard.states).toEqual(['work started', 'work running', 'work succeeded'])
  })

  it('that ends without a word to its producer still delivers what it said', async (test) => {
    const { expect } = test
    await using server = await startWatched()
    const heard = await server.hear()
    const { code, printed } = await run(test, server.url, 'ends without a word to the producer')
    expect([code, printed]).toEqual([0, ''])
    await expect.poll(() => heard.updates.length, poll).toBe(253)
  })

  it('that ends while the server is away tries for the time of a close, says what it could not deliver, and ends', async (test) => {
    const { expect } = test
    const away = await startWatched()
    await away[Symbol.asyncDispose]()
    const { code, tookMs, printed } = await run(test, away.url, 'ends without a word to the producer')
    expect(code).toBe(0)
    expect(printed).toBe('producer.undelivered {"count":253}\n')
    expect(tookMs).toBeLessThan(50_000)
  })

  it('that closes its producer ends at once; what was open is told as lost, once, with the reason', async (test) => {
    const { expect } = test
    await using server = await startWatched()
    const heard = await server.hear()
    const { code, tookMs } = await run(test, server.url, 'closes')
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(5_000)
    await expect.poll(() => heard.states, poll).toEqual(['left open started', 'left open lost'])
    expect(heard.updates.at(-1)?.span?.reason).toBe('its producer left')
    await expect.poll(() => sizes(server).connections, poll).toBe(0)
  })

  it('that disposes of its producer ends at once, and delivered what it said', async (test) => {
    const { expect } = test
    await using server = await startWatched()
    const heard = await server.hear()
    expect((await run(test, server.url, 'disposes')).tookMs).toBeLessThan(5_000)
    await expect.poll(() => heard.updates.map(({ text }) => text), poll).toEqual(['said'])
  })

  it('that exits inside a span loses it when its lease lapses', async (test) => {
    const { expect } = test
    await using server = await startWatched({ limits: { leaseLapseMs: 1_500, leaseSweepMs: 100 } })
    const heard = await server.hear()
    expect((await run(test, server.url, 'exits inside a span')).code).toBe(0)
    await expect.poll(() => heard.states, poll).toEqual(['cut short started', 'cut short lost'])
    expect(heard.updates.at(-1)?.span?.reason).toBe('its producer was silent for 1.5 s')
  })

  it('that is ended by an exception nobody caught loses the spans that were not told to have failed', async (test) => {
    const { expect } = test
    await using server = await startWatched({ limits: { leaseLapseMs: 1_500, leaseSweepMs: 100 } })
    const heard = await server.hear()
    expect((await run(test, server.url, 'throws inside a span')).code).toBe(1)
    await expect.poll(() => heard.states, poll).toEqual(['thrown out of started', 'thrown out of lost'])
  })

  it('that has nothing left to do but a span nobody will end does not say for ever that it runs: it ends, and says goodbye', async (test) => {
    const { expect } = test
    await using server = await startWatched()
    const heard = await server.hear()
    const { code, tookMs } = await run(test, server.url, 'leaves a span open')
    expect(code).toBe(0)
    // It is believed for 30 s in which nothing is said.
    expect(tookMs).toBeGreaterThan(30_000)
    expect(tookMs).toBeLessThan(60_000)
    await expect.poll(() => heard.states, poll).toEqual(['forgotten started', 'forgotten lost'])
    expect(heard.updates.at(-1)?.span?.reason).toBe('its producer left')
  }, 90_000)
})
