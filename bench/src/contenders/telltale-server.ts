import { createTelltale } from '@telltale/server'
import { conversationId } from '../update.ts'
import type { Served } from './contender.ts'

/** The real thing, in this process. */
export async function serve(): Promise<Served> {
  // All readers of the load come from one address, at once; every other limit is the default.
  const telltale = createTelltale({ limits: { socketsPerAddress: 20_000, authenticatedPerAddress: 20_000 } })
  const { port } = await telltale.listen({ port: 0, host: '127.0.0.1' })
  const { status } = telltale
  return {
    port,
    readers: () => telltale.size().readers,
    say(drafts) {
      for (const { text, metadata } of drafts) status.info(conversationId, text, metadata)
    },
  }
}
