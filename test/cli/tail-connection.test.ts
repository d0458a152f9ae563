import { describe, expect, it, vi } from 'vitest'
import { run, serve, start } from './command.ts'
import { hangUp, listen } from './server.ts'

describe('the connection of telltale tail', () => {
  it('survives a restart of the server, and says so beside the output', async () => {
    const first = await serve()
    const tail = start(['tail', 'c1', '--json', '--url', first.url])
    await tail.tells(`connected to ${first.url}\n`)
    await run(['publish', 'c1', 'info', 'before', '--url', first.url])
    await tail.printsLines(1)
    first.command.child.kill('SIGTERM')
    await tail.tells('connection lost, trying again\n')
    expect(await first.command.ended()).toBe(0)
    const { url } = await serve('--port', first.port)
    await tail.tells('connected again\n')
    // The log began again with the server: what may have been in between is told.
    await tail.printsLines(2)
    await run(['publish', 'c1', 'info', 'after', '--url', url])
    await tail.prints('after')
    expect(tail.events).toMatchObject([
      { type: 'update', update: { text: 'before' } },
      { type: 'gap', reason: 'epoch', missed: null },
      { type: 'update', update: { text: 'after' } },
    ])
    expect(tail.err).toBe(`connected to ${url}\nconnection lost, trying again\nconnected again\n`)
  })

  it('waits for a server that is not there yet', async () => {
    const first = await serve()
    first.command.child.kill('SIGTERM')
    await first.command.ended()
    const tail = start(['tail', 'c1', '--url', first.url])
    await tail.tells(`cannot reach ${first.url}, trying again\n`)
    await serve('--port', first.port)
    await tail.tells(`connected to ${first.url}\n`)
  })
})

describe('the end of telltale tail', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 0 on %s', async (signal) => {
    const { telltale, url } = await listen()
    const tail = start(['tail', 'c1', '--url', url])
    await tail.tells('connected')
    tail.child.kill(signal)
    expect(await tail.ended()).toBe(0)
    expect(tail.err).toBe(`connected to ${url}\n`)
    await expect.poll(() => telltale.size().connections).toBe(0)
  })

  it('ends with 0 on a signal while the server is away', async () => {
    const tail = start(['tail', 'c1', '--url', await hangUp()])
    await tail.tells('cannot reach')
    tail.child.kill('SIGINT')
    expect(await tail.ended()).toBe(0)
  })

  it('ends quietly when nobody reads its output any more', async () => {
    const { telltale, url } = await listen()
    const tail = start(['tail', 'c1', '--url', url])
    await tail.tells('connected')
    tail.child.stdout.destroy()
    await vi.waitFor(
      () => {
        telltale.status.info('c1', 'Is anybody there?')
        expect(tail.child.exitCode).toBe(0)
      },
      { timeout: 10_000 },
    )
    expect(tail.err).toBe(`connected to ${url}\n`)
  })

  it('says in one line what the server does not take, and ends with 1', async () => {
    const { url } = await listen()
    const cases: [string[], string][] = [
      [['c1', '--categories', 'tool,nothing'], 'UNKNOWN_CATEGORY: '],
      [['not an id'], 'INVALID_INPUT: '],
    ]
    for (const [args, message] of cases) {
      const { err, out, code } = await run(['tail', ...args, '--url', url])
      expect(err).toMatch(/^error: [^\n]*\n$/)
      expect(err).toContain(`error: ${message}`)
      expect([out, code]).toEqual(['', 1])
    }
  })
})
