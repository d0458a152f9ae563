import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTelltaleClient } from '@telltale/client'
import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { NodeSocket } from '../../../test/support/node-socket.ts'
import { type RemoteServer, startRemoteServer } from '../../../test/support/remote-server.ts'
import { TelltaleError, TelltaleProvider, usePublishStatus, useStatusHistory } from './index.ts'

function setUp(server: RemoteServer) {
  const client = createTelltaleClient({ url: server.url, WebSocket: NodeSocket })
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = ({ children }: { children: ReactNode }): ReactNode => (
    <QueryClientProvider client={queries}>
      <TelltaleProvider client={client}>{children}</TelltaleProvider>
    </QueryClientProvider>
  )
  return { client, wrapper }
}

configure({ asyncUtilTimeout: 5_000 })

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

describe('usePublishStatus', () => {
  it('publishes, and has the outcome', async () => {
    await using server = await startRemoteServer()
    const { client, wrapper } = setUp(server)
    const { result } = renderHook(() => usePublishStatus(), { wrapper })
    expect(result.current.status).toBe('idle')
    act(() => result.current.mutate({ conversationId: 'c1', category: 'tool', text: 'a', metadata: { tool: 't' } }))
    await waitFor(() => expect(result.current.status).toBe('success'))
    const { position, latest } = await client.snapshot({ conversationId: 'c1' })
    expect(result.current.data).toEqual({ id: latest.tool?.id, position })
    await client.close()
  })

  it('has our error, with its code, when the server refuses', async () => {
    await using server = await startRemoteServer({ denied: ['secret'] })
    const { client, wrapper } = setUp(server)
    const { result } = renderHook(() => usePublishStatus(), { wrapper })
    act(() => result.current.mutate({ conversationId: 'secret', category: 'info', text: 'a' }))
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(TelltaleError.isInstance(result.current.error)).toBe(true)
    expect(result.current.error?.code).toBe('NOT_FOUND')
    await client.close()
  })

  it('says that a QueryClientProvider is missing', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const client = createTelltaleClient({ url: 'ws://127.0.0.1:9/trpc', WebSocket: NodeSocket })
    const wrapper = ({ children }: { children: ReactNode }): ReactNode => (
      <TelltaleProvider client={client}>{children}</TelltaleProvider>
    )
    expect(() => renderHook(() => usePublishStatus(), { wrapper })).toThrow('QueryClient')
  })
})

describe('useStatusHistory', () => {
  it('reads page after page, newest first, until there are none', async () => {
    await using server = await startRemoteServer()
    await server.burst('c1', 5)
    await server.flush()
    const { client, wrapper } = setUp(server)
    const { result } = renderHook(() => useStatusHistory({ conversationId: 'c1', limit: 2 }), { wrapper })
    const pages = (): string[] =>
      (result.current.data?.pages ?? []).map(({ updates }) => updates.map(({ text }) => text).join(''))
    await waitFor(() => expect(pages()).toEqual(['45']))
    expect(result.current.hasNextPage).toBe(true)
    await act(() => result.current.fetchNextPage())
    await act(() => result.current.fetchNextPage())
    await waitFor(() => expect(pages()).toEqual(['45', '23', '1']))
    expect(result.current.hasNextPage).toBe(false)
    await client.close()
  })

  it('reads only the categories it is asked for, each in its own pages', async () => {
    await using server = await startRemoteServer()
    await server.say('c1', 'info', 'an info')
    await server.say('c1', 'tool', 'a tool')
    await server.flush()
    const { client, wrapper } = setUp(server)
    const { result, rerender } = renderHook(
      ({ category }: { category: 'info' | 'tool' }) =>
        useStatusHistory({ conversationId: 'c1', categories: [category] }),
      { wrapper, initialProps: { category: 'tool' as 'info' | 'tool' } },
    )
    const texts = (): unknown => result.current.data?.pages.map(({ updates }) => updates.map(({ text }) => text))
    await waitFor(() => expect(texts()).toEqual([['a tool']]))
    rerender({ category: 'info' })
    await waitFor(() => expect(texts()).toEqual([['an info']]))
    await client.close()
  })

  it('has our error when the conversation may not be read', async () => {
    await using server = await startRemoteServer({ denied: ['secret'] })
    const { client, wrapper } = setUp(server)
    const { result } = renderHook(() => useStatusHistory({ conversationId: 'secret' }), { wrapper })
    await waitFor(() => expect(result.current.status).toBe('error'))
    expect(result.current.error).toMatchObject({ name: 'TelltaleError', code: 'NOT_FOUND' })
    await client.close()
  })
})
