import { TelltaleError } from './errors.ts'

/** How much of a log is kept. */
export interface Retention {
  /** Most entries kept of one log. */
  readonly size: number
  /** How long an entry is kept, in milliseconds. */
  readonly ttlMs: number
}

/** 1,000 updates or 10 minutes, whichever ends first. */
export const defaultRetention: Retention = Object.freeze({ size: 1_000, ttlMs: 600_000 })

/** Fills the defaults and refuses sizes below 1 and times that are not positive (`INVALID_OPTION`). */
export function resolveRetention(options: Partial<Retention> = {}): Retention {
  const size = options.size ?? defaultRetention.size
  const ttlMs = options.ttlMs ?? defaultRetention.ttlMs
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new TelltaleError('INVALID_OPTION', `retention.size must be a whole number of 1 or more, not ${size}`)
  }
  if (!(ttlMs > 0)) throw new TelltaleError('INVALID_OPTION', `retention.ttlMs must be positive, not ${ttlMs}`)
  return { size, ttlMs }
}
