import { describe, expect, it } from 'vitest'
import { type AnyEvent, formatEvent, formatJson, type Paint } from './line.ts'

const plain: Paint = (_style, text) => text
const marked: Paint = (style, text) => (text === '' ? '' : `<${style}>${text}</>`)
const at = new Date(2026, 0, 2, 3, 4, 5, 6).toISOString()

function update(more: object): AnyEvent {
  const base = { id: 'a', offset: 1, conversationId: 'c', category: 'tool', text: 'Searching', metadata: {} }
  return { type: 'update', update: { ...base, timestamp: at, replayed: false, ...more } }
}

describe('a line about a span', () => {
  it('says where the span stands', () => {
    const span = { id: 's', name: 'Search', startedAt: at }
    const line = (more: object): string => formatEvent(update({ span: { ...span, ...more } }), (_style, text) => text)
    expect(line({ state: 'running', progress: { percent: 30 } })).toContain('Searching  [Search running 30%]')
    expect(line({ state: 'retrying', attempt: 2, attempts: 3 })).toContain('[Search retrying 2/3]')
    expect(line({ state: 'lost', durationMs: 12, reason: 'its producer left' })).toContain(
      '[Search lost 12 ms (its producer left)]',
    )
  })
})

function gap(missed: number | null, reason: 'overflow' | 'epoch'): AnyEvent {
  return { type: 'gap', reason, missed, dropped: null, snapshot: null }
}

describe('a line for people', () => {
  it('has the time of the place, the category, the text and the metadata', () => {
    const event = update({ metadata: { tool: 'web_search', query: 'two words', resultCount: 3, more: { a: [true] } } })
    const metadata = 'tool=web_search query="two words" resultCount=3 more={"a":[true]}'
    expect(formatEvent(event, plain)).toBe(`03:04:05.006  tool      Searching  ${metadata}`)
  })

  it('ends with the text when there is no metadata', () => {
    expect(formatEvent(update({}), plain)).toBe('03:04:05.006  tool      Searching')
  })

  it('gives each of the six categories a colour of its own, and one to all others', () => {
    const names = ['engine', 'tool', 'workflow', 'progress', 'error', 'info', 'retrieval', 'constructor']
    const colours = names.map(
      (category) => /<(\w+)>\w+ *<\/> {2}Searching/.exec(formatEvent(update({ category }), marked))?.[1],
    )
    expect(new Set(colours).size).toBe(7)
    expect(colours.slice(6)).toEqual(['yellow', 'yellow'])
  })

  it('lets nothing of a stranger reach the terminal', () => {
    const evil = 'x\u001b[2J\n\u009b0m'
    const event = update({ category: evil, text: evil, metadata: { [evil]: evil, list: [evil] }, timestamp: evil })
    expect(formatEvent(event, plain)).toMatch(/^\P{Cc}*$/u)
  })

  it('cuts long metadata, never in the middle of a character', () => {
    const line = formatEvent(update({ text: 't', metadata: { a: '👍'.repeat(200) } }), plain)
    expect(line.length).toBeLessThan(200)
    expect(line.endsWith('…') && line.isWellFormed()).toBe(true)
  })

  it('shows an update whose time cannot be read', () => {
    expect(formatEvent(update({ timestamp: 'soon' }), plain)).toBe('--:--:--.---  tool      Searching')
  })

  it('says plainly what was missed', () => {
    expect(formatEvent(gap(12, 'overflow'), plain)).toBe('missed 12 updates (overflow)')
    expect(formatEvent(gap(1, 'overflow'), plain)).toBe('missed 1 update (overflow)')
    expect(formatEvent(gap(null, 'epoch'), plain)).toBe('missed an unknown number of updates (epoch)')
  })
})

describe('a line for programs', () => {
  it('is the event as JSON, on one line', () => {
    const events = [update({ text: 'a\nb\u009b', metadata: { n: 1 } }), gap(2, 'overflow')]
    for (const event of events) {
      const line = formatJson(event)
      expect(line).toMatch(/^\P{Cc}*$/u)
      expect(JSON.parse(line)).toEqual(event)
    }
  })
})
