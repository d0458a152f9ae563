/**
 * How often a property runs. A run that fails prints its seed; `FAST_CHECK_SEED=… vitest run …` makes the same run again.
 * `longer` names a variable of the environment with another number of runs, for hours of searching: `FOLD_RUNS=10000`.
 */
export function runs(numRuns: number, longer?: 'FOLD_RUNS' | 'MODEL_RUNS'): { numRuns: number; seed?: number } {
  const seed = process.env['FAST_CHECK_SEED']
  const wanted = Number((longer && process.env[longer]) ?? numRuns)
  return seed === undefined ? { numRuns: wanted } : { numRuns: wanted, seed: Number(seed) }
}
