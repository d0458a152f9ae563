import type { DocumentInfo } from '../api/analysis.ts'

/** What a document turned out to be. */
export type DocumentKind = NonNullable<DocumentInfo['kind']>

/** A part of a document that stands by itself; a sentence never reaches from one into the next. */
export interface Block {
  readonly role: 'heading' | 'paragraph' | 'item' | 'term' | 'definition'
  /** Its text on one line. */
  readonly text: string
}

/** A document as every step after the first one sees it, whatever it was written in. */
export interface ParsedDocument {
  readonly kind: DocumentKind
  readonly title: string | null
  /** `null` where there is no such thing. */
  readonly pages: number | null
  readonly blocks: readonly Block[]
  /** Addresses as they are written, in the document's order; one that occurs twice stands here twice. */
  readonly links: readonly string[]
}

/** Puts a text on one line: white space of any kind and length is one space. */
export function onOneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim()
}

/** Puts something else in the place of links and mail addresses. Matches begin where words do: a long one is read once. */
export function withoutAddresses(text: string, placeholder: string): string {
  return text.replace(/(?<!\S)\S*(?::\/\/|@)\S*/gu, placeholder)
}
