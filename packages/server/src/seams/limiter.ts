/** Counts what somebody does in a time. */
export interface Limiter {
  /** Counts one more. Answers 0 when there was room for it, else when there will be, in milliseconds. */
  take(name: string): Promise<number>
}
