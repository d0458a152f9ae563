import { francAll } from 'franc'
import type { Findings } from '../../api/analysis.ts'
import { type ParsedDocument, withoutAddresses } from '../document.ts'

/** So many samples vote, each of so many characters: over longer ones franc's distances draw together. */
export const samplesMax = 8
const sampleLength = 500

/** The triples of a shorter text say little, in letters. */
const lettersMin = 80
/** So many of the samples must agree. */
const majority = 0.75
/** In one of them at least, the second guess must be so much less likely than the first. */
const runnerUpMax = 0.94
/** In a text that is too short, so much less likely, for a guess at all. */
const guessMax = 0.8

const undetermined = { code: 'und', name: 'undetermined', isReliable: false }
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' })

/** Which language a document is in, by how often its letter triples occur (Cavnar and Trenkle 1994). */
export function findLanguage(document: ParsedDocument): NonNullable<Findings['language']> {
  const samples = samplesOf(document)
  const votes = new Map<string, { count: number; runnerUp: number }>()
  for (const sample of samples) {
    // Scots has the triples of English: it would win every third sample.
    const [first, second] = francAll(sample, { ignore: ['sco'] })
    if (!first || first[0] === 'und') continue
    const vote = votes.get(first[0]) ?? { count: 0, runnerUp: 1 }
    votes.set(first[0], { count: vote.count + 1, runnerUp: Math.min(vote.runnerUp, second?.[1] ?? 0) })
  }
  const [winner] = [...votes].toSorted(([, a], [, b]) => b.count - a.count || a.runnerUp - b.runnerUp)
  if (!winner) return undetermined
  const [language, { count, runnerUp }] = winner
  const letters = samples.join('').match(/\p{L}/gu)?.length ?? 0
  if (letters < lettersMin && runnerUp > guessMax) return undetermined
  // Intl knows the two-letter code of each three-letter one that has one.
  const code = Intl.getCanonicalLocales(language)[0] ?? language
  const isReliable = letters >= lettersMin && count >= samples.length * majority && runnerUp <= runnerUpMax
  return { code, name: names.of(code) ?? code, isReliable }
}

/** Prose first: headings and items are full of names. Addresses are in no language. */
function samplesOf({ blocks }: ParsedDocument): string[] {
  const prose = blocks.filter(({ role }) => role === 'paragraph')
  const others = blocks.filter(({ role }) => role !== 'paragraph')
  let text = ''
  for (const block of [...prose, ...others]) {
    if (text.length >= samplesMax * sampleLength) break
    text += `${withoutAddresses(block.text.slice(0, samplesMax * sampleLength), ' ')} `
  }
  const samples: string[] = []
  for (let from = 0; from < text.length && samples.length < samplesMax; from += sampleLength) {
    samples.push(text.slice(from, from + sampleLength))
  }
  // The rest is too short to vote, unless it is all there is.
  return samples.filter(({ length }) => length === sampleLength || samples.length === 1)
}
