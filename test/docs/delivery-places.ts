import { createTelltaleClient, sessionPlaces } from '@telltale/client'

export const client = createTelltaleClient({ url: 'wss://status.example.com/trpc', places: sessionPlaces() })
