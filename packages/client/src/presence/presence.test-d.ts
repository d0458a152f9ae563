import type { JsonObject, PresenceMember, TelltaleError } from '@telltale/contract/wire'
import { describe, expectTypeOf, it } from 'vitest'
import type { TelltaleClient } from '../client.ts'
import type { ConnectionState } from '../connection/connection.ts'
import type { PresenceStream, PresenceView } from './presence.ts'

declare const client: TelltaleClient
const conversationId = 'c1'

describe('client.presence', () => {
  const stream = client.presence({ conversationId })

  it('is of a conversation and nothing else', () => {
    expectTypeOf(stream).toEqualTypeOf<PresenceStream>()
    // @ts-expect-error presence is of a conversation
    client.presence({})
    // @ts-expect-error who it is of says the token
    client.presence({ conversationId, userId: 'ada' })
  })

  it('has a store of members, each with what the app tells of it, and its connections', () => {
    const view = stream.store.getSnapshot()
    expectTypeOf(view).toEqualTypeOf<PresenceView>()
    expectTypeOf(view.members).toEqualTypeOf<readonly PresenceMember[]>()
    expectTypeOf(view.connection).toEqualTypeOf<ConnectionState>()
    expectTypeOf(view.error).toEqualTypeOf<TelltaleError | null>()
    const [member] = view.members
    expectTypeOf(member?.info).toEqualTypeOf<JsonObject | undefined>()
    expectTypeOf(member?.metas[0]?.transport).toEqualTypeOf<'websocket' | 'sse' | undefined>()
    // @ts-expect-error what is shown is not changed
    view.isLive = true
  })

  it('calls back with members and errors', () => {
    stream.subscribe({
      joined: (member) => expectTypeOf(member).toEqualTypeOf<PresenceMember>(),
      left: (member) => expectTypeOf(member).toEqualTypeOf<PresenceMember>(),
      error: (error) => expectTypeOf(error).toEqualTypeOf<TelltaleError>(),
    })
    // @ts-expect-error it is spelled joined
    stream.subscribe({ join: () => {} })
  })
})
