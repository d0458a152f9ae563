import type { StreamView } from '@telltale/react'

/** What a stream went through since its line broke; `after` names the last update that was heard before. */
export type CatchUp =
  | { readonly phase: 'steady' }
  | ({ readonly phase: 'away' } & Before)
  | ({ readonly phase: 'catching-up'; readonly count: number } & Before)
  | {
      readonly phase: 'caught-up'
      /** The updates that came while nobody heard. */
      readonly lateIds: ReadonlySet<string>
      /** How many did not come at all; `null` where that cannot be known. */
      readonly missed: number | null
    }

interface Before {
  readonly after: string | null
  readonly missedBefore: number
}

type Heard = Pick<StreamView, 'connection' | 'integrity' | 'position' | 'missed' | 'isMissedExact'> & {
  readonly updates: readonly { readonly id: string }[]
}

/** Nothing happened to the line. */
export const steady: CatchUp = { phase: 'steady' }

/** Goes on with what a stream shows now; the same object while nothing changed. Pure. */
export function nextCatchUp(before: CatchUp, heard: Heard): CatchUp {
  const { connection, integrity, position, updates, missed, isMissedExact } = heard
  // Before the first connection there is nothing to be behind of.
  if (position === null) return before
  if (connection !== 'open') {
    if (before.phase === 'away') return before
    if (before.phase === 'catching-up') return { ...before, phase: 'away' }
    return { phase: 'away', after: updates.at(-1)?.id ?? null, missedBefore: missed }
  }
  if (before.phase === 'steady' || before.phase === 'caught-up') return before
  // By name, not by offset: in another life of the log those begin again.
  const late = updates.slice(updates.findLastIndex(({ id }) => id === before.after) + 1)
  if (integrity !== 'live') return { ...before, phase: 'catching-up', count: late.length }
  return {
    phase: 'caught-up',
    lateIds: new Set(late.map(({ id }) => id)),
    missed: isMissedExact ? missed - before.missedBefore : null,
  }
}
