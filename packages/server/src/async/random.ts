import { randomBytes } from 'node:crypto'

export { randomName } from '@telltale/contract/producer'

/** Chance as an argument: a number from 0 up to, not including, 1. */
export type Random = () => number

/** Chance that cannot be guessed; used for names of epochs and streams, which strangers see. */
export const secureRandom: Random = () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48

/**
 * A cheap stream of 31-bit numbers, never 0 (xorshift32, Marsaglia 2003), from a seed drawn with `random`. V8 keeps larger
 * numbers apart from the object that has them.
 */
export function nonceSource(random: Random): () => number {
  let state = Math.floor(random() * 0xffff_fffe) + 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state >>> 1 || 1
  }
}
