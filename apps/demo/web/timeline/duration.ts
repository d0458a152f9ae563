/** A time span as one reads it: `640 ms`, `2.4 s`, `1 min 12 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return formatSeconds(Math.round(ms / 1_000))
}

/** Whole seconds as one reads them: `7 s`, `1 min 12 s`. */
export function formatSeconds(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
