import type { UpdateInput } from '@telltale/contract/wire'
import { categories } from '../categories.ts'

/** Many updates at once, in the pieces that one call takes. */
export function burstOf(conversationId: string, pieces: number, piece = 100): UpdateInput[][] {
  return Array.from({ length: pieces }, (_, at) =>
    Array.from({ length: piece }, (_, index) => updateOf(conversationId, at * piece + index + 1, pieces * piece)),
  )
}

function updateOf(conversationId: string, current: number, total: number): UpdateInput {
  const category = categories[current % categories.length] ?? 'info'
  const text = `Burst, ${current} of ${total}`
  return { conversationId, category, text, metadata: category === 'progress' ? { current, total } : {} }
}
