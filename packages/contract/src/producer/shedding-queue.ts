/** What a {@link SheddingQueue} needs to know of an item to decide who goes first. */
export interface Sheddable {
  /** Losses are counted by group, and within it by type. */
  readonly group: string
  readonly type: string
  /** The lowest rank is shed first: 0, 1 or 2; what has {@link keptRank} is never shed. */
  readonly rank: number
  /** A later item of the group and type with the same key supersedes this one, which then goes before anything else. */
  readonly key?: string | undefined
}

/** What was shed of one group; it stands before everything that came after the first shed item. */
export interface Loss {
  readonly group: string
  readonly counts: { readonly [type: string]: number }
}

/** One thing a drain hands out. */
export type Drained<T> = { readonly item: T; readonly loss?: never } | { readonly loss: Loss; readonly item?: never }

interface Slot<T> {
  readonly item: T
  readonly sequence: number
  /** -1 when superseded. */
  rank: number
  /** It is not here any more: it was shed, or taken. */
  shed: boolean
}

interface Lane<T> {
  slots: Slot<T>[]
  next: number
}

/** The rank of what is never shed: of it there may be more than the limit, so something else has to bound it. */
export const keptRank = 3

const supersededRank = -1
const rankMax = 2

/**
 * A queue with a limit. When it is full, the lowest rank is shed, oldest first, superseded items before anything.
 * A push never waits, costs the same at any depth, and the drain tells what was shed, in its place.
 */
export class SheddingQueue<T extends Sheddable> {
  readonly #limit: number
  readonly #onShed: (item: T) => boolean
  #slots: Slot<T>[] = []
  #live = 0
  #sequence = 0
  #losses = new Map<string, { sequence: number; counts: Record<string, number> }>()
  #byKey = new Map<string, Slot<T>>()
  /** Slots by rank, oldest first; made when the first item has to go, for most drains never need it. */
  #lanes: Lane<T>[] | null = null

  /** @param onShed told of each item that is shed; answers whether it is to be announced as a loss. */
  constructor(limit: number, onShed: (item: T) => boolean) {
    this.#limit = limit
    this.#onShed = onShed
  }

  /** How many items wait. */
  get size(): number {
    return this.#live
  }

  /** Puts an item at the end, shedding one when more than the limit would wait. `held` is what waits elsewhere. */
  push(item: T, held = 0): void {
    const slot: Slot<T> = { item, sequence: this.#sequence++, rank: item.rank, shed: false }
    this.#slots.push(slot)
    this.#live++
    if (this.#lanes) enterLane(this.#lanes, slot)
    if (item.key !== undefined) this.#supersede(`${item.group}\0${item.type}\0${item.key}`, slot)
    if (this.#live + held > this.#limit) this.#shedOne()
  }

  /** Takes everything out, in order. */
  drain(): Drained<T>[] {
    const slots = this.#slots
    const isWhole = this.#live === slots.length && this.#losses.size === 0
    const losses = isWhole ? [] : [...this.#losses].sort((a, b) => a[1].sequence - b[1].sequence)
    this.#slots = []
    this.#live = 0
    this.#lanes = null
    if (this.#losses.size > 0) this.#losses = new Map()
    if (this.#byKey.size > 0) this.#byKey = new Map()
    return isWhole ? slots : mergeInOrder(slots, losses)
  }

  /** Takes the oldest out, at most so many, in order; the rest can still be shed. */
  take(max: number): Drained<T>[] {
    const taken: Slot<T>[] = []
    let end = 0
    for (; end < this.#slots.length && taken.length < max; end++) {
      const slot = this.#slots[end]
      if (slot && !slot.shed) taken.push(slot)
    }
    this.#slots = this.#slots.slice(end)
    const until = this.#slots.find((slot) => !slot.shed)?.sequence ?? Number.POSITIVE_INFINITY
    const losses = [...this.#losses]
      .filter(([, { sequence }]) => sequence < until)
      .sort((a, b) => a[1].sequence - b[1].sequence)
    for (const [group] of losses) this.#losses.delete(group)
    const merged = mergeInOrder(taken, losses)
    for (const slot of taken) {
      slot.shed = true
      this.#forgetKey(slot)
    }
    this.#lanes = null
    this.#live -= taken.length
    return merged
  }

  #forgetKey(slot: Slot<T>): void {
    const { group, type, key } = slot.item
    const name = `${group}\0${type}\0${key}`
    if (key !== undefined && this.#byKey.get(name) === slot) this.#byKey.delete(name)
  }

  #supersede(key: string, slot: Slot<T>): void {
    const before = this.#byKey.get(key)
    this.#byKey.set(key, slot)
    if (!before || before.shed) return
    before.rank = supersededRank
    if (this.#lanes) enterLane(this.#lanes, before)
  }

  #shedOne(): void {
    this.#lanes ??= sortIntoLanes(this.#slots)
    for (let rank = supersededRank; rank <= rankMax; rank++) {
      const victim = oldestOf(this.#lanes[rank + 1], rank)
      if (!victim) continue
      victim.shed = true
      this.#live--
      if (this.#onShed(victim.item)) this.#countLoss(victim)
      if (this.#slots.length > this.#limit * 2 + 64) this.#forgetShed()
      return
    }
  }

  #countLoss({ item, sequence }: Slot<T>): void {
    let loss = this.#losses.get(item.group)
    if (!loss) {
      loss = { sequence, counts: {} }
      this.#losses.set(item.group, loss)
    }
    loss.sequence = Math.min(loss.sequence, sequence)
    loss.counts[item.type] = (loss.counts[item.type] ?? 0) + 1
  }

  #forgetShed(): void {
    this.#slots = this.#slots.filter((slot) => !slot.shed)
    for (const [key, slot] of this.#byKey) if (slot.shed) this.#byKey.delete(key)
    this.#lanes = sortIntoLanes(this.#slots)
  }
}

function sortIntoLanes<T>(slots: Slot<T>[]): Lane<T>[] {
  const lanes: Lane<T>[] = []
  for (const slot of slots) if (!slot.shed) enterLane(lanes, slot)
  return lanes
}

function enterLane<T>(lanes: Lane<T>[], slot: Slot<T>): void {
  const lane = lanes[slot.rank + 1]
  if (lane) lane.slots.push(slot)
  else lanes[slot.rank + 1] = { slots: [slot], next: 0 }
}

function oldestOf<T>(lane: Lane<T> | undefined, rank: number): Slot<T> | undefined {
  while (lane && lane.next < lane.slots.length) {
    const slot = lane.slots[lane.next++]
    // A superseded slot stands in the lane of its old rank too.
    if (slot && !slot.shed && slot.rank === rank) return slot
  }
  return undefined
}

function mergeInOrder<T>(
  slots: Slot<T>[],
  losses: [string, { sequence: number; counts: Record<string, number> }][],
): Drained<T>[] {
  const merged: Drained<T>[] = []
  let next = 0
  const tellLossesBefore = (sequence: number): void => {
    for (let loss = losses[next]; loss && loss[1].sequence < sequence; loss = losses[++next]) {
      merged.push({ loss: { group: loss[0], counts: loss[1].counts } })
    }
  }
  for (const slot of slots) {
    if (slot.shed) continue
    if (next < losses.length) tellLossesBefore(slot.sequence)
    merged.push(slot)
  }
  tellLossesBefore(Number.POSITIVE_INFINITY)
  return merged
}
