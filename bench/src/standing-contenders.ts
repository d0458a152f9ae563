import type { Contender } from './contenders/contender.ts'
import { telltale } from './contenders/telltale.ts'
import type { Standing } from './standing-server.ts'

/** As little of a history as there can be, nothing else held, the default categories: what all others are compared with. */
export const standingEmpty = standing({ kept: 100 })
/** The default history, full and turned over many times. */
export const standingHistory = standing({ kept: 1_000, said: 100_000 })
export const standingLongHistory = standing({ kept: 10_000, said: 100_000 })
export const standingConversations = standing({ kept: 100, others: 10_000 })
export const standingCategories = standing({ kept: 100, categories: 31 })

function standing(carried: Standing): Contender {
  return {
    protocol: telltale.protocol,
    serve: async () => (await import('./standing-server.ts')).serveStanding(carried),
  }
}
