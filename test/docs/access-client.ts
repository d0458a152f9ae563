import { createTelltaleClient } from '@telltale/client'

export const client = createTelltaleClient({
  url: 'wss://status.example.com/trpc',
  token: async () => {
    const response = await fetch('/api/telltale-token', { method: 'POST' })
    if (!response.ok) throw new Error(`no token: HTTP ${response.status}`)
    return response.text()
  },
})
