import { createTelltaleClient } from '@telltale/react'
import { listMax } from './stream/live-request.ts'

const scheme = location.protocol === 'https:' ? 'wss' : 'ws'

export const client = createTelltaleClient({ url: `${scheme}://${location.host}/trpc`, updatesMax: listMax })
