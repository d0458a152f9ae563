/** Something that waits to be said. */
export interface Unsaid {
  sayNow(): void
}

/**
 * What the spans of a producer share: which are open, what of them waits to be said, and whether they live at all.
 * When a lease lapsed, the server has told everybody that they are lost; nothing of them may be said after that.
 */
export interface Life {
  isLost: boolean
  readonly open: Set<Unsaid>
  readonly unsaid: Set<Unsaid>
}

/** Most open spans that are remembered as such: those that nobody ends must not fill the memory. */
export const openMax = 20_000

/** A life in which nothing has happened yet. */
export function beginLife(): Life {
  return { isLost: false, open: new Set(), unsaid: new Set() }
}
