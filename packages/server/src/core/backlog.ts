import { addCounts } from '@telltale/contract'
import { type Drained, keptRank, type Sheddable } from '@telltale/contract/producer'

/** How many items wait in a backlog; losses take no room. */
export function countItems(waiting: readonly Drained<Sheddable>[]): number {
  return waiting.reduce((count, { item }) => (item ? count + 1 : count), 0)
}

/**
 * Sheds so many of what waits, the least important first and of those the oldest; what must not be shed stays. In the place
 * of what went stands how much it was, where `onShed` wants that told.
 */
export function shedFrom<TItem extends Sheddable>(
  waiting: readonly Drained<TItem>[],
  excess: number,
  onShed: (item: TItem) => boolean,
): Drained<TItem>[] {
  const shed = new Set(
    waiting
      .flatMap(({ item }, index) => (item && item.rank < keptRank ? [{ index, rank: item.rank }] : []))
      .sort((a, b) => a.rank - b.rank || a.index - b.index)
      .slice(0, excess)
      .map(({ index }) => index),
  )
  const kept: Drained<TItem>[] = []
  for (const [index, entry] of waiting.entries()) {
    if (!entry.item || !shed.has(index)) push(kept, entry)
    else if (onShed(entry.item)) push(kept, lossOf(entry.item))
  }
  return kept
}

function lossOf<TItem extends Sheddable>({ group, type }: TItem): Drained<TItem> {
  return { loss: { group, counts: { [type]: 1 } } }
}

function push<TItem>(kept: Drained<TItem>[], entry: Drained<TItem>): void {
  const before = kept.at(-1)?.loss
  const { loss } = entry
  if (!before || !loss) {
    kept.push(entry)
    return
  }
  kept[kept.length - 1] = { loss: { group: before.group, counts: addCounts(before.counts, loss.counts) } }
}
