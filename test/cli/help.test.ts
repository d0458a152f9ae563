import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { run } from './command.ts'

const manifest = new URL('../../packages/cli/package.json', import.meta.url)

describe('telltale', () => {
  it('prints its help when it is called alone or asked for it', async () => {
    const [alone, asked] = [await run([]), await run(['--help'])]
    expect([alone.code, alone.err, asked.code]).toEqual([0, '', 0])
    expect(alone.out).toBe(asked.out)
    for (const word of ['serve', 'tail', 'publish', 'Try it']) expect(alone.out).toContain(word)
  })

  it.each(['serve', 'tail', 'publish'])('teaches %s with examples', async (name) => {
    const { out, code } = await run([name, '--help'])
    expect(code).toBe(0)
    expect(out).toContain(`Examples:\n  `)
    expect(out.split('Examples:')[1]).toContain(`telltale ${name}`)
  })

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
    expect((await run(['--version'])).out).toBe(`${version}\n`)
  })

  it.each([
    [['sevre'], "error: unknown command 'sevre'\n(Did you mean serve?)\n"],
    [['tail'], "error: missing required argument 'conversation'\n"],
    [['tail', 'c1', '--from', 'now'], "error: option '--from <place>' argument 'now' is invalid. Must be"],
    [['tail', 'c1', '--url', 'localhost:4000'], "error: option '--url <url>' argument 'localhost:4000' is invalid."],
    [['publish', 'c1', 'tool', 'x', '--metadata', '[]'], "error: option '--metadata <json>' argument '[]' is invalid."],
    [['serve', '--port', 'http'], "error: option '--port <number>' argument 'http' is invalid."],
  ])('says what is wrong with %j, and ends with 1', async (args, message) => {
    const { err, out, code } = await run(args)
    expect(err).toContain(message)
    expect([out, code]).toEqual(['', 1])
  })
})
