import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { type RunningCommand, run, serve, start } from './command.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

/** A client that is connected and reads nothing any more, not even a goodbye. */
async function connectDeaf(url: string): Promise<void> {
  const socket = new WebSocket(url)
  onTestFinished(() => socket.terminate())
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.pause()
}

describe('telltale serve', () => {
  it('prints one line with its address', async () => {
    const { command, url } = await serve()
    expect(command.out).toBe(`listening on ${url}\n`)
    expect(command.err).toBe('')
  })

  it('tells its health, and nothing else, to who asks by HTTP', async () => {
    const { port, url } = await serve()
    const tail = start(['tail', 'c1', '--url', url])
    await tail.tells('connected')
    const health = await fetch(`http://localhost:${port}/healthz?verbose`)
    expect(health.status).toBe(200)
    expect(await health.json()).toEqual({
      status: 'ok',
      queued: 0,
      openSpans: 0,
      connections: 1,
      topics: 1,
      readers: 1,
    })
    const others = [fetch(`http://localhost:${port}/`), fetch(`http://localhost:${port}/healthz`, { method: 'POST' })]
    for (const answer of others) expect((await answer).status).toBe(404)
  })

  it('takes categories of a contract file', async () => {
    const { url } = await serve('--contract', fixture('contract.ts'))
    const publish = ['publish', 'c1', 'retrieval', 'Found passages', '--url', url, '--metadata']
    expect((await run([...publish, '{"chunks":12}'])).code).toBe(0)
    expect((await run([...publish, '{"chunks":"many"}'])).err).toContain(
      'INVALID_METADATA: metadata of retrieval: chunks: ',
    )
    const tail = start(['tail', 'c1', '--categories', 'retrieval', '--url', url])
    await tail.prints('retrieval  Found passages  chunks=12\n')
  })

  it.each([
    ['no-such-file.ts', 'no such file: '],
    [
      'no-contract.ts',
      "no-contract.ts holds no contract: export what defineContract returned, as default or as 'contract'",
    ],
    ['broken.ts', 'broken.ts does not load: this module'],
  ])('says in one line what is wrong with %s, and ends with 1', async (name, message) => {
    const { err, out, code } = await run(['serve', '--port', '0', '--contract', fixture(name)])
    expect(err).toMatch(/^error: INVALID_OPTION: [^\n]*\n$/)
    expect(err).toContain(message)
    expect([out, code]).toEqual(['', 1])
  })

  it('says in one line that its port is in use, and ends with 1', async () => {
    const { port } = await serve()
    const { err, out, code } = await run(['serve', '--port', port])
    expect([err, out, code]).toEqual([`error: INVALID_OPTION: port ${port} is in use\n`, '', 1])
  })

  it('is for this machine only, unless it is told to be public', async () => {
    const refused = await run(['serve', '--port', '0', '--host', '0.0.0.0'])
    expect(refused.err).toBe('error: INVALID_OPTION: others could reach 0.0.0.0: add --public to let them in\n')
    expect(refused.code).toBe(1)
    // By name only: tests open nothing to others.
    const { command, url } = await serve('--public', '--host', '127.0.0.1')
    expect(command.out).toBe(`listening on ${url}\n`)
    await command.tells('anybody who can reach this may read and publish')
  })
})

describe('the end of telltale serve', () => {
  async function end(command: RunningCommand, signal: NodeJS.Signals): Promise<number | null> {
    command.child.kill(signal)
    return command.ended()
  }

  it.each(['SIGTERM', 'SIGINT'] as const)('is orderly on %s: it says goodbye and ends with 0', async (signal) => {
    const { command, url } = await serve()
    const socket = new WebSocket(url)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await new Promise((resolve) => socket.once('open', resolve))
    expect(await end(command, signal)).toBe(0)
    expect(await closed).toBe(1001)
  })

  it('does not wait long for a client that does not answer', async () => {
    const { command, url } = await serve()
    await connectDeaf(url)
    const startedAt = performance.now()
    expect(await end(command, 'SIGTERM')).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(6_000)
  })

  it('comes at once with a second signal', async () => {
    const { command, url } = await serve()
    await connectDeaf(url)
    command.child.kill('SIGTERM')
    await command.tells('closing')
    expect(await end(command, 'SIGTERM')).toBe(1)
    expect(command.err).toContain('second SIGTERM, exiting')
  })
})
