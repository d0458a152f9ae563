import { describe, expect, it } from 'vitest'
import { toShort, toTimes } from '../../bench/src/numbers.ts'
import { formatMarkdown, formatMarkdownTable, formatReport, formatTable } from '../../bench/src/report.ts'
import { shorten, toJson } from '../../bench/src/results.ts'
import { formatSpeed, replaceSpeed } from '../../bench/src/speed-section.ts'
import { results, table } from './samples.ts'

describe('the report of the benchmark', () => {
  it('pads the columns of a table, names to the left and numbers to the right', () => {
    expect(formatTable(table).split('\n')).toEqual([
      'SPEED: of all',
      '             1 reader',
      '  raw | ws      1,000   1.00 ×',
      '  Telltale       970*   0.97 ×',
      '  More * is ~ better.',
    ])
  })

  it('writes a table of Markdown in which nothing is read as a mark', () => {
    expect(formatMarkdownTable(table).split('\n')).toEqual([
      '**Speed: of all**',
      '',
      '|  | 1 reader |  |',
      '|---|---:|---:|',
      '| raw \\| ws | 1,000 | 1.00 × |',
      '| **Telltale** | **970\\*** | **0.97 ×** |',
      '',
      'More \\* is \\~ better.',
    ])
  })

  it('says what failed, and on which machine the rest was measured', () => {
    const broken = { ...results, failed: [{ name: 'react', problem: 'no browser' }] }
    for (const text of [formatReport(broken), formatMarkdown(broken)]) {
      expect(text).toMatch(/failed\W*: react: no browser/i)
      expect(text).toContain('2 × Some CPU, load 0.3 at the start')
      expect(text).toContain('NOT pinned')
      expect(text).toContain('1 round, 61 s, 2026-01-02')
    }
  })

  it('puts the ratios of all parts in front of the file, and keeps every sample', () => {
    expect(toJson(results)).toMatchObject({
      ratios: { 'fan-out/1/telltale': 0.97, 'cost/call': 0.5 },
      measured: [{ samples: [1, 2] }, { samples: [3] }],
    })
  })

  it('keeps of a long row of numbers what it comes to, and all else as it is', () => {
    const numbers = Array.from({ length: 1_000 }, (_, index) => index + 1)
    const kept = { few: [1, 2, 3], words: numbers.map(String), nothing: null }
    expect(shorten({ deep: [{ numbers }], ...kept })).toEqual({
      deep: [{ numbers: { count: 1_000, min: 1, p50: 500, p99: 990, max: 1_000 } }],
      ...kept,
    })
  })

  it('shows the fan-out in the README, and the rest to who asks for it', () => {
    const [shown = '', hidden = ''] = formatSpeed(results).split('<details>')
    expect(shown).toMatch(/<\/picture>\n\n\*\*Speed: of all\*\*/)
    expect(hidden).toContain('**Cost: of a call**')
    expect(hidden).toContain('</details>')
  })

  it('replaces what stands between the comments, and nothing else, however often', () => {
    const readme = 'before\n<!-- speed:begin -->\nold\n<!-- speed:end -->\nafter\n'
    const once = replaceSpeed(readme, 'new $1')
    expect(once).toBe('before\n<!-- speed:begin -->\nnew $1\n<!-- speed:end -->\nafter\n')
    expect(replaceSpeed(once, 'new $1')).toBe(once)
    expect(() => replaceSpeed('no comments', 'new')).toThrow('has no <!-- speed:begin -->')
  })

  it('shortens numbers to three digits that count', () => {
    expect([0, 12.34, 999, 1_000, 21_449, 99_960, 704_400, 999_600, 5_111_111].map(toShort)).toEqual([
      '0',
      '12.3',
      '999',
      '1.00 k',
      '21.4 k',
      '100 k',
      '704 k',
      '1.00 M',
      '5.11 M',
    ])
    expect([0.00412, 0.95, 1.5].map(toTimes)).toEqual(['0.004 ×', '0.95 ×', '1.50 ×'])
  })
})
