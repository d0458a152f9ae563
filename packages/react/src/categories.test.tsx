import { createTelltaleClient } from '@telltale/client'
import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, it } from 'vitest'
import { NodeSocket } from '../../../test/support/node-socket.ts'
import { startRemoteServer } from '../../../test/support/remote-server.ts'
import { TelltaleProvider, useStatusCategories, useStatusStream } from './index.ts'

afterEach(cleanup)

const request = { conversationId: 'c1', categories: ['info'] } as const

function Toggle(): ReactNode {
  const { categories, subscribeCategories, unsubscribeCategories } = useStatusCategories(request)
  const has = categories.includes('tool')
  const toggle = (): void => void (has ? unsubscribeCategories(['tool']) : subscribeCategories(['tool']))
  return (
    <button type="button" onClick={toggle}>
      {categories.join()}
    </button>
  )
}

function Texts(): ReactNode {
  return <p>{useStatusStream(request, (view) => view.updates.map(({ text }) => text).join())}</p>
}

it('useStatusCategories changes what everybody who asked for the same is shown, without losing its place', async () => {
  await using server = await startRemoteServer()
  await using client = createTelltaleClient({ url: server.url, WebSocket: NodeSocket, renderIntervalMs: 0 })
  render(
    <TelltaleProvider client={client}>
      <Toggle />
      <Texts />
    </TelltaleProvider>,
  )
  const button = screen.getByRole('button')
  await waitFor(() => expect(button.textContent).toBe('info'))
  await server.say('c1', 'tool', 'not yet')
  await server.say('c1', 'info', 'one')
  await waitFor(() => expect(screen.getByRole('paragraph').textContent).toBe('one'))
  act(() => button.click())
  await waitFor(() => expect(button.textContent).toBe('tool,info'))
  await server.say('c1', 'tool', 'two')
  await waitFor(() => expect(screen.getByRole('paragraph').textContent).toBe('one,two'))
  act(() => button.click())
  await waitFor(() => expect(button.textContent).toBe('info'))
  await waitFor(() => expect(screen.getByRole('paragraph').textContent).toBe('one'))
})
