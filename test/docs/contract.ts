import { defaultCategories, defineContract } from '@telltale/contract'
import { createTelltale } from '@telltale/server'
import { z } from 'zod'

export const contract = defineContract({
  categories: { ...defaultCategories, retrieval: z.object({ chunks: z.number() }) },
})

const { status } = createTelltale({ contract })
status.retrieval('demo', 'Found passages', { chunks: 12 })
