const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** A number without its fraction: `1,234,568`. */
export const toWhole = (value: number): string => whole.format(value)

/** A ratio: `0.97 ×`, and `0.004 ×` where two places would say too little. */
export const toTimes = (ratio: number): string => `${ratio.toFixed(ratio < 0.095 ? 3 : 2)} ×`

/** Number and unit with three digits that count: `5.11 M`, `704 k`, `21.4 k`. */
export function toShort(value: number): string {
  const [scale, unit] = value >= 999_500 ? [1_000_000, ' M'] : value >= 1_000 ? [1_000, ' k'] : [1, '']
  if (value === 0) return '0'
  const scaled = value / scale
  return `${scaled.toFixed(scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2)}${unit}`
}
