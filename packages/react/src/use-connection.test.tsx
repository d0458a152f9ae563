import { createTelltaleClient } from '@telltale/client'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, it } from 'vitest'
import { NodeSocket } from '../../../test/support/node-socket.ts'
import { startRemoteServer } from '../../../test/support/remote-server.ts'
import { TelltaleProvider, useConnection, useStatusStream } from './index.ts'

afterEach(cleanup)

function Show(): ReactNode {
  const { state, transport } = useConnection()
  useStatusStream({ conversationId: 'c1' })
  return <p>{`${state} ${transport}`}</p>
}

it('useConnection shows how the connection stands and what it goes by', async () => {
  await using server = await startRemoteServer()
  await using client = createTelltaleClient({ url: server.url, WebSocket: NodeSocket, renderIntervalMs: 0 })
  const states = new Set<string | null>()
  render(
    <TelltaleProvider client={client}>
      <Show />
    </TelltaleProvider>,
  )
  states.add(screen.getByRole('paragraph').textContent)
  await waitFor(() => expect(screen.getByRole('paragraph').textContent).toBe('open websocket'))
  await client.close()
  await waitFor(() => expect(screen.getByRole('paragraph').textContent).toBe('closed websocket'))
  expect([...states]).toEqual(['connecting null'])
})
