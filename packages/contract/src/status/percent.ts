/**
 * How much is done, as a whole percentage from 0 to 100. It is rounded down, so it never says 100 before `current` has
 * reached `total`: 99.9 is 99. Less than nothing is 0, and more than all is 100.
 * `undefined` where it cannot be known: `total` is 0, negative or not finite, or `current` is not finite. 0 of 0 is
 * neither 0 % nor done.
 *
 * @example
 * ```ts
 * percentOf(3, 10) // 30
 * percentOf(999, 1_000) // 99
 * percentOf(0, 0) // undefined
 * ```
 */
export function percentOf(current: number, total: number): number | undefined {
  if (!Number.isFinite(current) || !Number.isFinite(total) || total <= 0) return undefined
  if (current >= total) return 100
  if (current <= 0) return 0
  const product = current * 100
  const percent = Number.isFinite(product) ? product / total : (current / total) * 100
  // 0.29 of 1 comes out as 28.999…: what is off by the rounding of a double is not a whole percent off.
  return Math.min(99, Math.floor(percent + 1e-9))
}
