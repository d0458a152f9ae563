/**
 * How often a property runs. A run that fails prints its seed; `FAST_CHECK_SEED=… vitest run …` makes the same run again.
 */
export function runs(numRuns: number): { numRuns: number; seed?: number } {
  const seed = process.env['FAST_CHECK_SEED']
  return seed === undefined ? { numRuns } : { numRuns, seed: Number(seed) }
}
