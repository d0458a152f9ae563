import { describe, expect, it } from 'vitest'
import { start } from './command.ts'
import { listen } from './server.ts'

describe('telltale tail', () => {
  it('shows only the categories that were asked for', async () => {
    const { telltale, url } = await listen()
    const tail = start(['tail', 'c1', '--categories', 'tool,error', '--json', '--url', url])
    await tail.tells('connected')
    const categories = ['engine', 'tool', 'workflow', 'progress', 'error', 'info'] as const
    for (const category of categories) telltale.status[category]('c1', 'text')
    telltale.status.tool('c1', 'last')
    await tail.prints('last')
    expect(tail.events.map(({ update }) => update.category)).toEqual(['tool', 'error', 'tool'])
  })

  it('begins where it was asked to', async () => {
    const { telltale, url } = await listen()
    const old = Array.from({ length: 30 }, (_, index) => `old ${index + 1}`)
    telltale.status.tool('c1', 'the only tool')
    for (const text of old) telltale.status.info('c1', text)
    const tails = ['', '5', 'all', 'live', 'snapshot'].map((from) => {
      return start(['tail', 'c1', '--json', '--url', url, ...(from === '' ? [] : ['--from', from])])
    })
    for (const tail of tails) await tail.tells('connected')
    telltale.status.info('c1', 'new')
    for (const tail of tails) await tail.prints('"new"')
    const texts = tails.map((tail) => tail.events.map(({ update }) => update.text))
    expect(texts).toEqual([
      [...old.slice(-20), 'new'],
      [...old.slice(-5), 'new'],
      ['the only tool', ...old, 'new'],
      ['new'],
      ['the only tool', 'old 30', 'new'],
    ])
  })

  it('keeps what a terminal would obey out of the terminal', async () => {
    const { telltale, url } = await listen()
    const evil = '\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n\u202egnp.exe'
    const [people, programs] = [[], ['--json']].map((json) => start(['tail', 'c1', '--url', url, ...json]))
    await people?.tells('connected')
    await programs?.tells('connected')
    telltale.status.info('c1', evil, { [evil]: evil })
    await people?.printsLines(1)
    await programs?.printsLines(1)
    for (const out of [people?.out, programs?.out]) expect(out).toMatch(/^[^\p{Cc}\u202e]+\n$/u)
    expect(people?.out).toContain('\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\r\\n\\u202egnp.exe')
    expect(programs?.events[0]?.update).toMatchObject({ text: evil, metadata: { [evil]: evil } })
  })

  it('has colours where they are wanted, and none in a pipe', async () => {
    const { telltale, url } = await listen()
    telltale.status.error('c1', 'It failed')
    const tails = [{}, { FORCE_COLOR: '1' }].map((env) => start(['tail', 'c1', '--url', url], env))
    for (const tail of tails) await tail.printsLines(1)
    expect(tails.map(({ out }) => out.includes('\u001b[31merror   \u001b[39m  It failed'))).toEqual([false, true])
    expect(tails[0]?.out).toContain('  error     It failed\n')
  })
})
