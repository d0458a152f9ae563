import { describe, expect, it } from 'vitest'
import { findLanguage } from '../../apps/demo/analysis/text/language.ts'
import { measureReadability } from '../../apps/demo/analysis/text/readability.ts'
import { createSplitter } from '../../apps/demo/analysis/text/sentences.ts'
import { syllableCounters } from '../../apps/demo/analysis/text/syllables.ts'
import { analysed } from './analysed.ts'

/** The sentences of a paragraph. */
function sentencesOf(text: string, language = 'en') {
  return createSplitter(language).sentencesOf({ role: 'paragraph', text })
}

describe('sentences', () => {
  it.each([
    ['a title', 'en', ['Dr. Smith met Mrs. Jones.', 'They left.']],
    ['initials', 'en', ['It was J. K. Rowling.', 'So it was.']],
    ['a dotted abbreviation', 'en', ['See e.g. Paris, i.e. France.', 'Or stay.']],
    ['a number', 'en', ['It cost 3.14 pounds.', 'That is 1,000.50 less.']],
    ['an abbreviation before its number', 'en', ['See Fig. 3 and No. 7 there.', 'No.', 'We did not.']],
    ['the first person', 'en', ['So do I.', 'Then we left.']],
    ['the number of an item', 'en', ['1. Wash it.', '2. Dry it.']],
    ['an address', 'en', ['Read www.example.org/a.html today.', 'Or later.']],
    ['a German title and abbreviation', 'de', ['Hr. Dr. Meier kommt, z. B. heute.', 'Er bleibt.']],
    ['a German date', 'de', ['Am 3. Mai kam er.', 'Es waren 12.', 'Alle gingen.']],
    ['a French title', 'fr', ['M. Dupont est là.', 'Il part.']],
  ])('are not ended by %s', (_what, language, expected) => {
    expect(sentencesOf(expected.join(' '), language).map(({ text }) => text)).toEqual(expected)
  })

  it('are none without a word', () => {
    expect(sentencesOf('… — ! Yes. ???').map(({ words }) => words)).toEqual([['Yes']])
  })
})

describe('the language', () => {
  const said = {
    English:
      'The lighthouse has stood on the rock for a hundred years, and nobody in the village knows who built it first.',
    German:
      'Der Leuchtturm steht seit hundert Jahren auf dem Felsen, und niemand im Dorf weiß noch, wer ihn gebaut hat.',
    French:
      'Le phare se dresse sur le rocher depuis cent ans, et personne dans le village ne sait plus qui l’a construit.',
    Spanish:
      'El faro lleva cien años sobre la roca, y en el pueblo ya nadie recuerda quién lo había construido entonces.',
  }

  it.each(Object.entries(said))('is found to be %s', (name, text) => {
    const code = { English: 'en', German: 'de', French: 'fr', Spanish: 'es' }[name]
    const document = {
      kind: 'text',
      title: null,
      pages: null,
      links: [],
      blocks: [{ role: 'paragraph', text }],
    } as const
    expect(findLanguage(document)).toEqual({ code, name, isReliable: true })
  })

  it.each([
    ['Ok.', { code: 'und', name: 'undetermined', isReliable: false }],
    ['4711 0815 42 2026', { code: 'und', name: 'undetermined', isReliable: false }],
    ['Das Haus ist sehr alt.', { code: 'de', name: 'German', isReliable: false }],
  ])('is not sure of %o', async (text, expected) => {
    expect((await analysed(text)).findings.language).toEqual(expected)
  })
})

describe('readability', () => {
  it('is Flesch’s reading ease in English', async () => {
    // 12 words, 2 sentences, 14 syllables: 206.835 - 1.015 × 6 - 84.6 × 14 / 12.
    const sentences = sentencesOf('The cat sat on the mat. A happy dog ate every bone.')
    expect(sentences.flatMap(({ words }) => words).map((word) => syllableCounters['en']?.(word))).toEqual([
      1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1,
    ])
    expect(await measureReadability(sentences, 'en')).toEqual({
      score: 102,
      formula: 'Flesch reading ease',
      label: 'very easy',
      wordsPerSentence: 6,
      readingMinutes: 0.1,
    })
  })

  it('is Amstad’s in German', async () => {
    // 5 words, 1 sentence, 9 syllables: 180 - 5 - 58.5 × 9 / 5.
    expect(await measureReadability(sentencesOf('Der alte Leuchtturm leuchtet heute.', 'de'), 'de')).toMatchObject({
      score: 69.7,
      formula: 'Flesch–Amstad',
      label: 'standard',
    })
  })

  it('is Kandel and Moles’ in French', async () => {
    // 5 words, 1 sentence, 6 syllables: 207 - 1.015 × 5 - 73.6 × 6 / 5.
    expect(await measureReadability(sentencesOf('Le phare est très petit.', 'fr'), 'fr')).toMatchObject({
      score: 113.6,
      formula: 'Kandel–Moles',
    })
  })

  it('is Fernández Huerta’s in Spanish', async () => {
    // 4 words, 1 sentence, 9 syllables: 206.84 - 1.02 × 4 - 60 × 9 / 4.
    expect(await measureReadability(sentencesOf('El poeta leía poesía.', 'es'), 'es')).toMatchObject({
      score: 37.8,
      formula: 'Fernández Huerta',
      label: 'difficult',
    })
  })

  it('has no score where a language has no formula', async () => {
    expect(await measureReadability(sentencesOf('De boot is groen.', 'nl'), 'nl')).toMatchObject({
      score: null,
      formula: null,
      wordsPerSentence: 4,
    })
  })

  it('takes 238 words a minute', async () => {
    const sentences = sentencesOf('One two three four five six seven. '.repeat(34 * 5))
    expect(await measureReadability(sentences, 'en')).toMatchObject({ readingMinutes: 5, wordsPerSentence: 7 })
  })

  it.each([
    ['poeta', 3],
    ['guitarra', 3],
    ['ciudad', 2],
    ['país', 2],
    ['quiero', 2],
  ])('gives the Spanish %s %i syllables', (word, count) => {
    expect(syllableCounters['es']?.(word)).toBe(count)
  })
})
