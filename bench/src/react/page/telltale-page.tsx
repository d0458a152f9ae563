import { createTelltaleClient } from '@telltale/client'
import { createTelltaleReact } from '@telltale/react'
import { type ReactNode, useState } from 'react'
import { conversationId, rowsMax } from '../said.ts'
import { Feed } from './feed.tsx'

const { TelltaleProvider, useStatusStream } = createTelltaleReact()

/** The hook with its defaults. */
export function TelltalePage({ origin }: { readonly origin: string }): ReactNode {
  const [client] = useState(() => createTelltaleClient({ url: `${origin}/trpc` }))
  return (
    <TelltaleProvider client={client}>
      <Conversation />
    </TelltaleProvider>
  )
}

function Conversation(): ReactNode {
  const { updates, counts, missed, progress, integrity } = useStatusStream({ conversationId })
  // The counts are of all that was said; what a gap stands for is in them, too.
  const counted = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (
    <Feed
      updates={updates.slice(-rowsMax)}
      progress={progress}
      received={counted - missed}
      missed={missed}
      isLive={integrity === 'live'}
    />
  )
}
