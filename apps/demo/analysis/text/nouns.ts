import nlp from 'compromise/three'

/** The noun phrases of an English text, as they are written. */
export function nounPhrasesOf(text: string): string[] {
  const found: unknown = nlp(text).nouns().out('array')
  return Array.isArray(found) ? found.filter((phrase) => typeof phrase === 'string') : []
}
