import { describe, expect, it } from 'vitest'
import { checkLinks } from '../../apps/demo/analysis/text/link-form.ts'
import { abbreviationsIn } from '../../apps/demo/analysis/text/long-forms.ts'
import { analysed } from './analysed.ts'

describe('key phrases', () => {
  it('are counted wherever they occur, whatever their case, and across no mark', async () => {
    const { findings } = await analysed(
      [
        'The status report was late. Every status report is a promise.',
        'Nobody read the Status Report, and the status (report or not) stayed green.',
        'A green light is a promise. The green light failed.',
      ].join(' '),
    )
    const counts = new Map(findings.phrases?.map(({ phrase, count }) => [phrase, count]))
    expect(counts.get('status report')).toBe(3)
    expect(counts.get('green light')).toBe(2)
    expect(counts.get('promise')).toBe(2)
    // The whole word alone occurs once more than in the phrase.
    expect(counts.get('status') ?? 4).toBe(4)
  })

  it('are found between stop words in other languages', async () => {
    const { findings } = await analysed(
      'Die letzte Meldung war falsch. Auf die letzte Meldung wartete der Hafenmeister, denn der Hafenmeister glaubte der Tafel. Die Tafel schwieg, und die Tafel blieb dunkel.',
    )
    expect(findings.language?.code).toBe('de')
    expect(findings.phrases?.slice(0, 3)).toEqual([
      { phrase: 'Tafel', count: 3 },
      { phrase: 'letzte Meldung', count: 2 },
      { phrase: 'Hafenmeister', count: 2 },
    ])
  })

  it('do not begin with what an elision leaves, and are no addresses', async () => {
    const { findings } = await analysed(
      "L'horloge sonne. L'horloge s'arrête, puis l'horloge sonne encore, dit-on dans le village. Voir https://horloge.example/horloge pour l'histoire de la vieille tour.",
    )
    expect(findings.phrases).toContainEqual({ phrase: 'horloge', count: 3 })
  })
})

describe('links', () => {
  it.each([
    ['https://example.org/a?b=c#d', null],
    ['HTTP://EXAMPLE.ORG', null],
    ['http://localhost:8080/', null],
    ['http://[::1]:80/', null],
    ['https://user@example.org/', null],
    ['mailto:a@example.org?subject=x', null],
    ['tel:+4930123', null],
    ['/path', null],
    ['#place', null],
    ['../up.html', null],
    ['//example.org/x', null],
    ['', 'empty'],
    ['http://', 'no host'],
    ['http:///path', 'no host'],
    ['//', 'no host'],
    ['http:/example.org', 'no // after the scheme'],
    ['https://exa mple.org', 'spaces'],
    ['https://example..org', 'two dots in the host'],
    ['https://example.org:99999/', 'not a port'],
    ['https://exa<mple.org/', 'not a host'],
    ['https://example.org/%zz', 'a % without two digits'],
    ['htp://example.org', 'unknown scheme htp:'],
    ['javascript:alert(1)', 'javascript: is not followed'],
    ['data:text/html,x', 'data: is not followed'],
    ['mailto:nobody', 'no mail address'],
  ])('%o has the problem %o', (url, problem) => {
    expect(checkLinks([url])).toEqual([
      problem === null ? { url, isWellFormed: true } : { url, isWellFormed: false, problem },
    ])
  })

  it('are listed once each, in the order of the text, without the marks around them', async () => {
    const { findings } = await analysed(
      'See https://a.example/x. (Or http://b.example/y_(z)!) Ask me@c.example, or www.d.example; see https://a.example/x again, and http://..bad.',
    )
    expect(findings.links).toEqual([
      { url: 'https://a.example/x', isWellFormed: true },
      { url: 'http://b.example/y_(z)', isWellFormed: true },
      { url: 'mailto:me@c.example', isWellFormed: true },
      { url: 'http://www.d.example', isWellFormed: true },
      { url: 'http://..bad', isWellFormed: false, problem: 'two dots in the host' },
    ])
  })
})

describe('the glossary', () => {
  it.each([
    ['We use the Server-Sent Events (SSE) protocol.', 'SSE', 'Server-Sent Events'],
    ['An SLO (service level objective) helps.', 'SLO', 'service level objective'],
    ['The heat shock transcription factor (HSF) binds.', 'HSF', 'heat shock transcription factor'],
    ['Use Hypertext Transfer Protocol (HTTP, since 1991).', 'HTTP', 'Hypertext Transfer Protocol'],
  ])('finds the long form in %o', (sentence, term, meaning) => {
    expect([...abbreviationsIn(sentence)]).toEqual([{ term, meaning }])
  })

  it.each(['It rained (a lot).', 'The third quarter (Q3) ended.', 'See the last page (XYZ).', 'Nobody (NATO) came.'])(
    'finds none in %o',
    (sentence) => {
      expect([...abbreviationsIn(sentence)]).toEqual([])
    },
  )

  it('holds each term once, in the order of what explains it', async () => {
    const { findings } = await analysed(
      [
        '# Words',
        '',
        'A Watch Officer (WO) looks. The WO (watch officer) sleeps. A lease is a promise that expires.',
        'It is a rule that nobody knows. There is a boat. The keeper of the old light is a man.',
        '',
        '- Drain: the time in which work is finished.',
        '- Nothing to explain here',
      ].join('\n'),
      'words.md',
    )
    expect(findings.glossary).toEqual([
      { term: 'WO', meaning: 'Watch Officer' },
      { term: 'Drain', meaning: 'the time in which work is finished.' },
      { term: 'lease', meaning: 'a promise that expires' },
    ])
  })
})
