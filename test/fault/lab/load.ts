import { type Random, systemClock } from '@telltale/server'
import type { Saying } from './lab-server.ts'

/** How much is said, and where. */
export interface LoadOptions {
  readonly perSecond: number
  readonly conversations: readonly string[]
  readonly categories?: readonly Saying['category'][]
  /** Of which keys; an update in five has one. @default none */
  readonly keys?: readonly string[]
  readonly random: Random
}

/** Something that talks until it is stopped. */
export interface Load {
  readonly said: number
  stop(): void
}

const beatMs = 10

/** Talks at a steady pace, about conversations and categories by chance. */
export function startLoad(say: (updates: readonly Saying[]) => void, options: LoadOptions): Load {
  const { perSecond, conversations, keys = [], random } = options
  const categories = options.categories ?? ['info', 'tool', 'progress', 'error']
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)]
  const startedAt = systemClock.monotonic()
  let said = 0
  let cancel = systemClock.after(beatMs, beat, true)
  function beat(): void {
    const due = ((systemClock.monotonic() - startedAt) / 1_000) * perSecond
    const updates: Saying[] = []
    for (; said < due; said++) {
      const key = random() < 0.2 ? pick(keys) : undefined
      updates.push({
        conversationId: pick(conversations) ?? '',
        category: pick(categories) ?? 'info',
        text: `update ${said}`,
        ...(key !== undefined && { key }),
      })
    }
    if (updates.length > 0) say(updates)
    cancel = systemClock.after(beatMs, beat, true)
  }
  return {
    get said() {
      return said
    },
    stop: () => cancel(),
  }
}
