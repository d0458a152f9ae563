import type { StatusUpdate } from '@telltale/contract/wire'

/**
 * The part of the history that lies before an update; `null` when the history does not reach it, so that putting them
 * together would hide a hole. Both oldest first.
 */
export function olderThan(
  update: StatusUpdate | undefined,
  history: readonly StatusUpdate[],
): readonly StatusUpdate[] | null {
  const place = history.findIndex(({ id }) => id === update?.id)
  return place < 0 ? null : history.slice(0, place)
}
