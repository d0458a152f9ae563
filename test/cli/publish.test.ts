import { describe, expect, it } from 'vitest'
import { run, start } from './command.ts'
import { hangUp, listen } from './server.ts'

describe('telltale publish, from standard input', () => {
  it('publishes each line in order, without the empty ones', async () => {
    const { url } = await listen()
    const lines = Array.from({ length: 950 }, (_, index) => `line ${index} ${'€'.repeat(index % 50)}`)
    const { out, code } = await run(['publish', 'c1', 'info', '--url', url], `\r\n${lines.join('\r\n \r\n')}`)
    expect([out, code]).toEqual(['published 950 updates\n', 0])
    const tail = start(['tail', 'c1', '--from', 'all', '--json', '--url', url])
    await tail.printsLines(950)
    expect(tail.events.map(({ update }) => update.text)).toEqual(lines)
  })

  it('publishes a line before the next one comes', async () => {
    const { url } = await listen()
    const tail = start(['tail', 'c1', '--url', url])
    await tail.tells('connected')
    const publish = start(['publish', 'c1', 'info', '-', '--json', '--url', url])
    for (const text of ['first', 'second', 'third']) {
      publish.child.stdin.write(`${text}\n`)
      await tail.prints(text)
    }
    publish.child.stdin.end()
    expect(await publish.ended()).toBe(0)
    expect(publish.events).toEqual([{ accepted: 3, rejected: 0 }])
  })

  it('names the lines that were refused, and publishes the others', async () => {
    const { url } = await listen()
    const input = ['good', 'x'.repeat(5_000), 'also good', 'x'.repeat(70_000), 'good too'].join('\n')
    const { out, err, code } = await run(['publish', 'c1', 'info', '-', '--url', url], input)
    expect([out, code]).toEqual(['published 3 updates, 2 not accepted\n', 1])
    expect(err.split('\n').sort()).toEqual([
      '',
      expect.stringMatching(/^error: line 2: PAYLOAD_TOO_LARGE: /),
      expect.stringMatching(/^error: line 4: PAYLOAD_TOO_LARGE: 70\d{3} bytes/),
    ])
  })

  it('ends at once when the server cannot be reached, though more could come', async () => {
    const nobody = await hangUp()
    const publish = start(['publish', 'c1', 'info', '-', '--url', nobody])
    publish.child.stdin.write('a line\n')
    expect(await publish.ended()).toBe(1)
    expect(publish.out).toBe('published 0 updates\n')
    expect(publish.err).toBe(`error: CONNECTION_LOST: cannot reach ${nobody}\n`)
  })

  it('refuses one id for several updates', async () => {
    const { err, code } = await run(['publish', 'c1', 'info', '-', '--id', 'mine'], 'a\nb\n')
    expect([err, code]).toEqual(['error: INVALID_OPTION: --id names one update, and each line is one\n', 1])
  })
})

describe('telltale publish, when it fails', () => {
  it('says why in one line with the code, and ends with 1', async () => {
    const { url } = await listen()
    const nobody = await hangUp()
    const cases: [string[], string][] = [
      [['c1', 'nothing', 'text', '--url', url], "UNKNOWN_CATEGORY: the contract has no category 'nothing'"],
      [['not an id', 'info', 'text', '--url', url], 'INVALID_INPUT: conversationId must be 1 to 128 of'],
      [['c1', 'tool', 'text', '--metadata', '{"tool":1}', '--url', url], 'INVALID_METADATA: metadata of tool: tool: '],
      [['c1', 'tool', 'x'.repeat(5_000), '--url', url], 'PAYLOAD_TOO_LARGE: text is over 4096 bytes'],
      [['c1', 'tool', 'x'.repeat(90_000), '--url', url], 'PAYLOAD_TOO_LARGE: 90'],
      [['c1', 'tool', '', '--url', url], 'INVALID_INPUT: there is no text'],
      [['c1', 'tool', 'text', '--url', nobody], `CONNECTION_LOST: cannot reach ${nobody}`],
    ]
    const ends = await Promise.all(cases.map(([args]) => run(['publish', ...args])))
    for (const [index, { err, out, code }] of ends.entries()) {
      expect(err).toMatch(/^error: [^\n]*\n$/)
      expect(err).toContain(`error: ${cases[index]?.[1]}`)
      expect([out, code]).toEqual(['', 1])
    }
  })

  it('shows who it is, by option or by environment, and says when that was refused', async () => {
    const { url } = await listen({
      access: {
        authenticate: ({ token }) => (token === 'sesame' ? { userId: 'ali' } : null),
        authorize: () => true,
      },
    })
    const publish = ['publish', 'c1', 'info', 'text', '--url', url]
    for (const token of [[], ['--token', 'barley']]) {
      const { err, code } = await run([...publish, ...token])
      expect([err, code]).toEqual(['error: UNAUTHORIZED: not authorized\n', 1])
    }
    expect((await run([...publish, '--token', 'sesame'])).code).toBe(0)
    expect(await start(publish, { TELLTALE_TOKEN: 'sesame' }).ended()).toBe(0)
    const tail = start(['tail', 'c1', '--token', 'barley', '--url', url])
    expect(await tail.ended()).toBe(1)
    expect(tail.err).toBe('error: UNAUTHORIZED: not authorized\n')
  })
})
