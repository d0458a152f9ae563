import type { ParsedDocument } from '../document.ts'
import type { Sentence } from './sentences.ts'

/** A document after its language was found and its sentences were parted. */
export interface ReadText {
  readonly document: ParsedDocument
  /** BCP 47; `und` when it stayed undetermined. */
  readonly language: string
  readonly sentences: readonly Sentence[]
}
