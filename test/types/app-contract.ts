import { defaultCategories, defineContract } from '@telltale/contract'
import { z } from 'zod'

/** The one file that an app's two ends share. */
export const contract = defineContract({
  categories: {
    ...defaultCategories,
    retrieval: z.object({ chunks: z.number() }),
    review: z.object({ verdict: z.enum(['good', 'bad']), at: z.iso.datetime().optional() }),
  },
})
