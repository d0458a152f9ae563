import { createTelltaleClient } from '@telltale/client'
import { cleanup, render, renderHook, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { NodeSocket } from '../../../test/support/node-socket.ts'
import { type RemoteServer, startRemoteServer } from '../../../test/support/remote-server.ts'
import { TelltaleProvider, usePresence } from './index.ts'

const patience = { timeout: 5_000 }
const conversationId = 'c1'

function connect(server: RemoteServer) {
  return createTelltaleClient({ url: server.url, WebSocket: NodeSocket, renderIntervalMs: 0, random: () => 0 })
}

function Row(): ReactNode {
  const { members, isLive } = usePresence({ conversationId })
  const users = members.map(({ userId, metas }) => `${userId} ${metas.length}`)
  return <p>{`${users.join()} ${isLive ? 'live' : 'away'}`}</p>
}

afterEach(cleanup)

describe('usePresence', () => {
  it('shows who watches, as they come and go, and says when that may be old', async () => {
    await using server = await startRemoteServer()
    await using client = connect(server)
    await using other = connect(server)
    const { unmount } = render(
      <TelltaleProvider client={client}>
        <Row />
      </TelltaleProvider>,
    )
    const shows = (text: string): Promise<void> =>
      waitFor(() => expect(screen.getByRole('paragraph').textContent).toBe(text), patience)
    expect(screen.getByRole('paragraph').textContent).toBe(' away')
    await shows(' live')
    const watching = other.status({ conversationId }).subscribe({})
    await shows('u1 1 live')
    watching.unsubscribe()
    await other.close()
    await shows(' live')
    await client.close()
    await shows(' away')
    unmount()
  })

  it('renders again only when what its selector picks is another value', async () => {
    await using server = await startRemoteServer()
    await using client = connect(server)
    await using other = connect(server)
    const seen: number[] = []
    const wrapper = ({ children }: { children: ReactNode }): ReactNode => (
      <TelltaleProvider client={client}>{children}</TelltaleProvider>
    )
    const { result } = renderHook(
      () => {
        const count = usePresence({ conversationId }, ({ members }) => members.length)
        seen.push(count)
        return count
      },
      { wrapper },
    )
    other.status({ conversationId }).subscribe({})
    await waitFor(() => expect(result.current).toBe(1), patience)
    // Another connection of the same user is no other member.
    client.status({ conversationId }).subscribe({})
    const { store } = client.presence({ conversationId })
    await waitFor(() => expect(store.getSnapshot().members[0]?.metas).toHaveLength(2), patience)
    expect(seen).toEqual([0, 1])
  })
})
