import type { Refusal } from '../api/analysis.ts'

/** A document that cannot be analysed, and why; the message is for a person. */
export class Refused extends Error {
  readonly code: Refusal

  constructor(code: Refusal, message: string) {
    super(message)
    this.name = 'Refused'
    this.code = code
  }
}
