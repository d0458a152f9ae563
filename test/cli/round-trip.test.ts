import { describe, expect, it } from 'vitest'
import { run, serve, start } from './command.ts'

const categories = ['engine', 'tool', 'workflow', 'progress', 'error', 'info']

describe('telltale serve, tail and publish', () => {
  it('bring an update of each category from one terminal to another', async () => {
    const { url } = await serve()
    const people = start(['tail', 'c1', '--url', url])
    const programs = start(['tail', 'c1', '--url', url, '--json'])
    await people.tells(`connected to ${url}`)
    await programs.tells(`connected to ${url}`)
    for (const category of categories) {
      const { code, out } = await run([
        'publish',
        'c1',
        category,
        'Now',
        'an',
        category,
        '--metadata',
        '{"n":1}',
        '--url',
        url,
      ])
      expect(out).toMatch(/^published \w+ at \w+\.\w+\.\w+\n$/)
      expect(code).toBe(0)
    }
    await people.printsLines(6)
    await programs.printsLines(6)
    expect(people.lines.map((line) => line.replace(/^\d\d:\d\d:\d\d\.\d{3} {2}/, ''))).toEqual(
      categories.map((category) => `${category.padEnd(8)}  Now an ${category}  n=1`),
    )
    expect(programs.events).toMatchObject(
      categories.map((category) => ({
        type: 'update',
        update: { conversationId: 'c1', category, text: `Now an ${category}`, metadata: { n: 1 } },
      })),
    )
  })

  it('prints id and position of an update as JSON, and the same id is not a second update', async () => {
    const { url } = await serve()
    const publish = ['publish', 'c1', 'info', 'once', '--id', 'mine', '--json', '--url', url]
    const first = JSON.parse((await run(publish)).out)
    expect(first).toEqual({ id: 'mine', position: expect.any(String) })
    expect(JSON.parse((await run(publish)).out)).toEqual(first)
  })
})
