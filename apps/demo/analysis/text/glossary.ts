import type { Findings } from '../../api/analysis.ts'
import type { Block } from '../document.ts'
import { abbreviationsIn } from './long-forms.ts'
import type { Sentence } from './sentences.ts'

/** Most entries of a glossary. */
const entriesMax = 30
/** A term is not longer than this. */
const termMax = 60
/** Longest meaning that is shown. */
const meaningMax = 240

type Entry = NonNullable<Findings['glossary']>[number]

/** How a language says what something is. */
const copulas: { readonly [language: string]: RegExp | undefined } = {
  en: /^(?:(?:an?|the)\s+)?(.{2,60}?)\s+(?:is|are|means|refers to)\s+((?:an?|the|any|every|what|when|where)\s+.+)$/iu,
  de: /^(?:(?:ein|eine|der|die|das)\s+)?(.{2,60}?)\s+(?:ist|sind|bedeutet|heißt)\s+((?:ein|eine|der|die|das|jede[rs]?)\s+.+)$/iu,
  fr: /^(?:(?:une?|le|la|les|l[’'])\s*)?(.{2,60}?)\s+(?:est|sont|désigne)\s+((?:une?|le|la|les|l[’'])\s*.+)$/iu,
  es: /^(?:(?:una?|el|la|los|las)\s+)?(.{2,60}?)\s+(?:es|son|significa)\s+((?:una?|el|la|los|las)\s+.+)$/iu,
}

/**
 * Gathers what a document explains: abbreviations with their long form, terms of a definition list, items such as
 * `Epoch: the life of a log`, and sentences that say what something is. Each term once, in the document's order.
 */
export function buildGlossary(
  blocks: readonly Block[],
  sentences: readonly Sentence[],
  language: string,
  stopWords: ReadonlySet<string>,
): NonNullable<Findings['glossary']> {
  const entries = new Map<string, Entry>()
  const add = (entry: Entry | null): void => {
    const key = entry?.term.toLowerCase() ?? ''
    if (!entry || entry.term.length > termMax || entries.has(key) || entries.size >= entriesMax) return
    entries.set(key, { term: entry.term, meaning: shortened(entry.meaning) })
  }
  for (const { text } of sentences) for (const entry of abbreviationsIn(text)) add(entry)
  for (const entry of definedIn(blocks)) add(entry)
  const copula = copulas[language]
  for (const { text, role } of sentences) if (copula && role === 'paragraph') add(saidIn(text, copula, stopWords))
  return [...entries.values()]
}

/** `<dt>` before `<dd>`, and items or paragraphs that begin with a term and a colon or a dash. */
function* definedIn(blocks: readonly Block[]): Generator<Entry> {
  for (const [index, { role, text }] of blocks.entries()) {
    const term = blocks[index - 1]
    if (role === 'definition' && term?.role === 'term') yield { term: term.text, meaning: text }
    if (role !== 'item') continue
    const [, name, meaning] = /^([\p{L}\p{N}][^:–—.]{1,40}?)(?::\s+|\s+[–—]\s+)(.{12,})$/u.exec(text) ?? []
    if (name && meaning && name.split(' ').length <= 4) yield { term: name, meaning }
  }
}

/** A sentence such as `A lease is a sign of life.`; its subject must be short, and must name something. */
function saidIn(sentence: string, copula: RegExp, stopWords: ReadonlySet<string>): Entry | null {
  const [, term, meaning] = copula.exec(sentence) ?? []
  if (!term || !meaning) return null
  const words = term.toLowerCase().split(/\s+/u)
  const names = words.length <= 3 && words.every((word) => /^[\p{L}\p{N}’'-]+$/u.test(word) && !stopWords.has(word))
  return names ? { term, meaning: meaning.replace(/[.!?]+$/u, '') } : null
}

function shortened(text: string): string {
  return text.length > meaningMax ? `${text.slice(0, meaningMax - 1).toWellFormed()}…` : text
}
