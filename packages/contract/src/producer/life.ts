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

/** A life in which nothing has happened yet. */
export function beginLife(): Life {
  return { isLost: false, open: new Set(), unsaid: new Set() }
}
