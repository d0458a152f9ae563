/** What became of what was said while a line was slow. */
export interface SlowCount {
  /** The last offset that was heard of. */
  readonly last: number
  /** Updates that came. */
  readonly came: number
  /** Updates that a later one stood for. */
  readonly replaced: number
  /** Updates that were told to be missed; `null` where that cannot be known. */
  readonly missed: number | null
}

/** What a stream tells. */
export type Heard =
  | { readonly type: 'update'; readonly update: { readonly offset: number } }
  | { readonly type: 'gap'; readonly missed: number | null }

/** Begins to count behind an offset. */
export function countFrom(offset: number): SlowCount {
  return { last: offset, came: 0, replaced: 0, missed: 0 }
}

/** Goes on counting: offsets have no holes, so what neither came nor was missed was stood for. Pure. */
export function nextCount(count: SlowCount, base: number, heard: Heard): SlowCount {
  if (heard.type === 'gap') {
    const missed = count.missed === null || heard.missed === null ? null : count.missed + heard.missed
    return { ...count, missed }
  }
  const { offset } = heard.update
  const came = count.came + 1
  return { ...count, last: offset, came, replaced: Math.max(0, offset - base - came - (count.missed ?? 0)) }
}
