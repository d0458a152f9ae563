import type { StatusStream } from '@telltale/client'

/** What a stream told so far, counted. */
export interface CountedStream {
  readonly updates: number
  readonly gaps: number
  /** Updates that did not come behind all those before them. */
  readonly outOfOrder: number
}

/** Counts what a stream tells from now on. */
export function countStream(stream: StatusStream): CountedStream {
  const got = { updates: 0, gaps: 0, outOfOrder: 0, last: 0 }
  stream.subscribe({
    update({ offset }) {
      got.updates++
      if (offset <= got.last) got.outOfOrder++
      got.last = offset
    },
    gap: () => got.gaps++,
  })
  return got
}
