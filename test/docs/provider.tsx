import { createTelltaleClient, TelltaleProvider } from '@telltale/react'
import { Activity } from './activity.tsx'

const client = createTelltaleClient({ url: 'ws://localhost:4000/trpc' })

export const App = () => (
  <TelltaleProvider client={client}>
    <Activity conversationId="demo" />
  </TelltaleProvider>
)
