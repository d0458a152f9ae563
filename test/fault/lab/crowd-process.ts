// Many clients in a process of their own, who say how they fare.
import { createTelltaleClient } from '@telltale/client'
import { WebSocket } from 'ws'
import type { CrowdAnswer, CrowdSetup } from './crowd.ts'

const { url, count, conversations } = JSON.parse(process.argv[2] ?? '{}') as CrowdSetup

const members = Array.from({ length: count }, (_, index) => {
  const member = { connects: 0, epoch: '', since: 0 }
  class CountedSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      member.connects++
    }
  }
  const client = createTelltaleClient({ url, WebSocket: CountedSocket as never, transport: 'websocket' })
  const stream = client.status({ conversationId: conversations[index % conversations.length] ?? 'c' })
  stream.store.subscribe(() => {
    const epoch = stream.store.getSnapshot().position?.split('.')[0] ?? ''
    if (epoch === member.epoch) return
    member.epoch = epoch
    member.since = Date.now()
  })
  return { member, client }
})

process.on('message', (question: 'report' | 'close') => {
  if (question === 'close') {
    void Promise.all(members.map(({ client }) => client.close())).then(() => process.disconnect())
    return
  }
  process.send?.({ members: members.map(({ member }) => member) } satisfies CrowdAnswer)
})
process.once('disconnect', () => process.exit())
