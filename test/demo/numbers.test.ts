import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { analysed } from './analysed.ts'
import { knownPdf } from './known-document.ts'

async function sample(name: string): Promise<Uint8Array> {
  return Uint8Array.from(await readFile(new URL(`../../apps/demo/samples/${name}`, import.meta.url)))
}

describe('the numbers of a PDF', () => {
  it('are those of the text that was set: pages, sentences, words, paragraphs, links', async () => {
    const { findings } = await analysed(await knownPdf(), 'boats.pdf')
    expect(findings.parse).toEqual({ pages: 3, characters: 187, title: 'Of Boats' })
    // The heading is a sentence of its own.
    expect(findings.count).toEqual({ sentences: 9, words: 36, uniqueWords: 28, paragraphs: 3 })
    expect(findings.links).toEqual([{ url: 'https://boats.example/log', isWellFormed: true }])
    expect(findings.phrases).toContainEqual({ phrase: 'boat', count: 3 })
  })

  it('are those of the Markdown that the bundled essay was set from', async () => {
    const [pdf, markdown] = await Promise.all([
      analysed(await sample('the-status-that-lied.pdf'), 'essay.pdf'),
      analysed(await sample('the-status-that-lied.md'), 'essay.md'),
    ])
    const { parse, ...others } = pdf.findings
    const { parse: _parse, ...expected } = markdown.findings
    expect(parse?.pages).toBe(13)
    expect(others).toEqual(expected)
  })
})

describe('the numbers of Markdown', () => {
  const text = [
    '---',
    'draft: true',
    '---',
    '# A small guide',
    '',
    'Read it, e.g. on a train. It has *three* parts.  ',
    'Each is short! See [the map][m] or <boats@example.org>.',
    '',
    '- First item',
    '- **Lease**: a sign of life that expires. It is short.',
    '',
    '```',
    'code("is no prose. None of it https://code.example counts.")',
    '```',
    '',
    '| tide | hour |',
    '|---|---|',
    '| high | six |',
    '',
    '[m]: https://maps.example/a(b)',
  ].join('\n')

  it('leave out code and front matter, and count items and cells as sentences', async () => {
    const { findings } = await analysed(text, 'guide.md')
    // Heading 1, paragraph 4, items 1 + 2, cells 4.
    expect(findings.parse).toMatchObject({ pages: null, title: 'A small guide' })
    expect(findings.count).toEqual({ sentences: 12, words: 38, uniqueWords: 32, paragraphs: 1 })
    expect(findings.links?.map(({ url }) => url)).toEqual(['https://maps.example/a(b)', 'mailto:boats@example.org'])
    expect(findings.glossary).toEqual([{ term: 'Lease', meaning: 'a sign of life that expires. It is short.' }])
  })
})

describe('the numbers of HTML', () => {
  const html = `<!doctype html><html><head><title>Tides &amp; time</title><style>p { color: red }</style></head><body>
    <h1>Tides</h1><p>The sea <b>rises</b> twice<br>a day. It falls twice, too.</p>
    <script>document.write('One. Two. Three.')</script><noscript>Four.</noscript><template><p>Five.</p></template>
    <p hidden>Six.</p><div>Loose text<ul><li><p>One item.</p><li>Other <a href="/x">item</a></ul></div>
    <dl><dt>Spring tide</dt><dd>A tide that is higher than most.</dd></dl>
    <a href="https://a.example">here</a> <a href="http://">there</a> <a href="https://a.example">again</a></body></html>`

  it('are those of what is shown', async () => {
    const { findings } = await analysed(html, 'page.bin')
    expect(findings.parse).toMatchObject({ pages: null, title: 'Tides & time' })
    // Tides / The sea rises … / It falls … / Loose text / One item. / Other item / Spring tide / A tide … / here there again
    expect(findings.count).toEqual({ sentences: 9, words: 29, uniqueWords: 25, paragraphs: 4 })
    expect(findings.links).toEqual([
      { url: '/x', isWellFormed: true },
      { url: 'https://a.example', isWellFormed: true },
      { url: 'http://', isWellFormed: false, problem: 'no host' },
    ])
    expect(findings.glossary).toEqual([{ term: 'Spring tide', meaning: 'A tide that is higher than most.' }])
  })
})

describe('the numbers of plain text', () => {
  it('count wrapped lines as one paragraph, and list items by themselves', async () => {
    const text = 'The log\r\n\r\nIt was a long\r\nnight. Nobody slept!\r\n\r\n- first\r\n- second item\r\n'
    const { findings } = await analysed(text)
    expect(findings.parse).toEqual({ pages: null, characters: 57, title: 'The log' })
    expect(findings.count).toEqual({ sentences: 5, words: 12, uniqueWords: 12, paragraphs: 1 })
  })

  it('are those of a long text too, which is read aside', async () => {
    const { findings } = await analysed('The boat left the old harbour at dawn.\n\n'.repeat(15_000))
    expect(findings.count).toMatchObject({ sentences: 15_000, words: 120_000, paragraphs: 15_000 })
  })

  it('are found in an encoding of before UTF-8 too, in the second attempt', async () => {
    const bytes = Buffer.from('Gr\xfc\xdfe aus K\xf6ln. Es regnete \x84immer\x93.', 'latin1')
    const { findings, said } = await analysed(bytes, 'karte.txt')
    expect(findings.count).toMatchObject({ sentences: 2, words: 6 })
    expect(findings.phrases?.map(({ phrase }) => phrase).join()).toContain('Köln')
    const decoding = said.flatMap(({ span }) => (span?.name === 'TextDecoder' ? [span] : []))
    expect(decoding.map(({ state }) => state)).toEqual(['started', 'retrying', 'running', 'succeeded'])
    expect(decoding[1]).toMatchObject({ attempt: 2, attempts: 2, error: { type: 'Refused', code: 'UNREADABLE' } })
    expect(decoding.at(-1)).toMatchObject({ fallback: { from: 'UTF-8', to: 'Windows-1252' } })
  })

  it('take UTF-16 with a byte order mark for what it says', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Ein Boot fährt. Es ist grün.', 'utf16le')])
    const { findings } = await analysed(bytes, 'boot.txt')
    expect(findings.count).toMatchObject({ sentences: 2, words: 6 })
  })
})

describe('a summary', () => {
  it('is made of sentences of the document, in its order', async () => {
    const { findings, said } = await analysed(await sample('guide-to-calm-deploys.md'), 'guide.md')
    const text = new TextDecoder().decode(await sample('guide-to-calm-deploys.md'))
    const places = (findings.summary ?? []).map((sentence) => text.indexOf(sentence))
    expect(places.length).toBeGreaterThanOrEqual(3)
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    expect(said.filter(({ text }) => text.startsWith('Only'))).toEqual([])
  })

  it('is of the first 400 sentences of a longer document, and says so', async () => {
    const text = Array.from({ length: 450 }, (_, index) => `The boat number ${index} left the old harbour at dawn.`)
    const { said } = await analysed(text.join(' '))
    expect(said.map((one) => one.text)).toContain('Only the first 400 of 450 sentences were ranked')
  })

  it('chooses the sentence that shares most with the others', async () => {
    const { findings } = await analysed(
      [
        'The lighthouse keeper wound the clockwork twice.',
        'Bread was cheap during that winter.',
        'The clockwork turned the lighthouse lamp.',
        'The keeper of the lighthouse wound the clockwork of the lamp.',
        'Two children played football behind schools.',
        'A lamp without clockwork helped no keeper.',
      ].join(' '),
    )
    expect(findings.summary).toContain('The keeper of the lighthouse wound the clockwork of the lamp.')
    expect(findings.summary).not.toContain('Bread was cheap during that winter.')
  })
})
