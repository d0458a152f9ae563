import { defaultCategories, defineContract } from '@telltale/contract'
import { createTelltale } from '@telltale/server'
import type { Served } from './contenders/contender.ts'
import { conversationId, draftOf } from './update.ts'

/** What a server has to carry beside the conversation that is measured. */
export interface Standing {
  /** Updates that are kept of each conversation. */
  readonly kept: number
  /** Updates that were said of the conversation before anybody came. */
  readonly said?: number
  /** Other conversations that are held. */
  readonly others?: number
  /** Categories of the contract, the measured one the last of them. */
  readonly categories?: number
}

/** So many updates are said before they are waited for, which is fewer than the queue takes. */
const stretch = 1_000

/** Telltale with something to carry. */
export async function serveStanding({ kept, said = 0, others = 0, categories }: Standing): Promise<Served> {
  const { status, flush, listen, size } = methodsOf(kept, categories)
  for (let number = 1; number <= said + others; number++) {
    const { text, metadata } = draftOf(number)
    status.info(number > said ? `other-${number}` : conversationId, text, metadata)
    if (number % stretch === 0) await flush()
  }
  await flush()
  const { port } = await listen({ port: 0, host: '127.0.0.1' })
  return {
    port,
    readers: () => size().readers,
    say(drafts) {
      for (const { text, metadata } of drafts) status.info(conversationId, text, metadata)
    },
  }
}

function methodsOf(kept: number, categories: number | undefined) {
  const own = createTelltale({
    ...(categories !== undefined && { contract: contractOf(categories) }),
    retention: { size: kept },
    limits: { socketsPerAddress: 20_000, authenticatedPerAddress: 20_000 },
  })
  const { status } = own
  return { status, flush: () => own.flush(), listen: own.listen.bind(own), size: () => own.size() }
}

/** The default categories behind as many others as there is place for. */
function contractOf(count: number) {
  const others = count - Object.keys(defaultCategories).length
  const made = Array.from({ length: others }, (_, index) => [`kind${index}`, defaultCategories.info] as const)
  const { info, ...rest } = defaultCategories
  return defineContract({ categories: { ...(Object.fromEntries(made) as object), ...rest, info } })
}
