import type { Draft } from '@telltale/contract'
import type { StatusEvent } from './encode.ts'
import { StatusDraft } from './status-draft.ts'

/** So many characters become one text at once. More would save little, and all of it lives as long as its last update. */
const togetherMax = 8_192

/**
 * Makes flat texts of bodies that were just put together. V8 keeps such a text as a tree of its pieces until somebody reads
 * it; to read many at once costs half of what it costs one by one, and what is kept takes less memory.
 */
export function makeBodiesWhole(drafts: readonly Draft<StatusEvent>[]): void {
  let begun = 0
  while (begun < drafts.length) {
    // Only what is cut is made flat: the first character stands for nothing.
    let text = ' '
    let end = begun
    for (; end < drafts.length && text.length < togetherMax; end++) {
      const draft = drafts[end]
      if (draft instanceof StatusDraft) text += draft.body
    }
    let from = 1
    for (; begun < end; begun++) {
      const draft = drafts[begun]
      if (!(draft instanceof StatusDraft)) continue
      const to = from + draft.body.length
      draft.body = text.slice(from, to)
      from = to
    }
  }
}
