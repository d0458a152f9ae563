import { createRequire } from 'node:module'

/** The library brings no types: each list is of words in lower case, named by the language's ISO 639-3 code. */
const lists: { readonly [code: string]: readonly string[] | undefined } = createRequire(import.meta.url)('stopword')

const listNames: { readonly [language: string]: string | undefined } = {
  af: 'afr',
  ca: 'cat',
  cs: 'ces',
  da: 'dan',
  de: 'deu',
  el: 'ell',
  en: 'eng',
  es: 'spa',
  fi: 'fin',
  fr: 'fra',
  hu: 'hun',
  it: 'ita',
  nb: 'nob',
  nl: 'nld',
  pl: 'pol',
  pt: 'por',
  ro: 'ron',
  ru: 'rus',
  sv: 'swe',
  tr: 'tur',
  uk: 'ukr',
}

/** What the English list lacks and is no subject of anything. */
const missing =
  'again also although another because become been cannot does doing done either enough even every few had has have having he her here him his how however if instead itself its just less likely many may maybe might more most much must my neither no none not nothing often once one only or other others ought our own per perhaps quite rather really same several shall she should since so some something sometimes still such than that’s their them themselves me then there therefore these they thing things this those though through thus too toward two under until up upon us very was we well were what when where whether which while who whom whose why will with within without would yes yet you your'.split(
    ' ',
  )

/** The words of a language that mean nothing by themselves, in lower case; none for a language without a list. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  const words = lists[listNames[language] ?? ''] ?? []
  return new Set(language === 'en' ? [...words, ...missing] : words)
}
