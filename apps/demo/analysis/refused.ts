import type { Refusal } from '../api/analysis.ts'

/** A document that cannot be analysed, and why; the message is for a person. */
export class Refused extends Error {
  readonly code: Refusal

  constructor(code: Refusal, message: string) {
    super(message)
    this.name = 'Refused'
    this.code = code
  }

  /** Whether the same document may go through later: then we were the reason that it did not. */
  get isRetryable(): boolean {
    return this.code === 'TOO_MANY' || this.code === 'TIMEOUT' || this.code === 'WORKER_DIED'
  }
}
