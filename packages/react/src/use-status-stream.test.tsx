import { createTelltaleClient, type StatusRequest, type TelltaleClientOptions } from '@telltale/client'
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { NodeSocket } from '../../../test/support/node-socket.ts'
import { type RemoteServer, startRemoteServer } from '../../../test/support/remote-server.ts'
import { createManualClock } from '../../server/src/testing/manual-clock.ts'
import { createTelltaleReact, TelltaleProvider, useStatusStream, useTelltaleClient } from './index.ts'

type Request = StatusRequest<'info' | 'tool'>

/** A client whose time the test holds, below its provider. */
function setUp(server: RemoteServer, options: Partial<TelltaleClientOptions> = {}) {
  const clock = createManualClock()
  const client = createTelltaleClient({
    url: server.url,
    WebSocket: NodeSocket,
    clock,
    random: () => 0,
    renderIntervalMs: 0,
    ...options,
  })
  const Provider = ({ children }: { children?: ReactNode }): ReactNode => (
    <TelltaleProvider client={client}>{children}</TelltaleProvider>
  )
  return { client, clock, Provider }
}

let renders = 0

/** Shows a stream; its request is written inline, as a new object in every render. */
function Show({ conversationId, categories }: Request): ReactNode {
  const view = useStatusStream({ conversationId, ...(categories && { categories: [...categories] }) })
  renders++
  return (
    <p data-connection={view.connection} data-integrity={view.integrity} data-error={view.error?.code}>
      {view.updates.map(({ text }) => text).join(' ')}
    </p>
  )
}

const shown = (): HTMLElement => screen.getByRole('paragraph')
const untilShown = (text: string): Promise<void> => waitFor(() => expect(shown().textContent).toBe(text))
const untilReaders = (server: RemoteServer, readers: number): Promise<void> =>
  vi.waitFor(async () => expect((await server.counts()).readers).toBe(readers), { interval: 5, timeout: 5_000 })

configure({ asyncUtilTimeout: 5_000 })

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  renders = 0
})

describe('useStatusStream', () => {
  it('says what is missing when there is no provider above it', () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    expect(() => render(<Show conversationId="c1" />)).toThrow(
      'Telltale hooks must be used below a <TelltaleProvider client={…}>',
    )
  })

  it('does not take the provider of another contract for its own', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const client = createTelltaleClient({ url: 'ws://127.0.0.1:9/trpc', WebSocket: NodeSocket })
    const own = createTelltaleReact()
    const show = (
      <own.TelltaleProvider client={client}>
        <Show conversationId="c1" />
      </own.TelltaleProvider>
    )
    expect(() => render(show)).toThrow('Telltale hooks must be used below')
  })

  it('shows what a server says, as it says it', async () => {
    await using server = await startRemoteServer()
    const { client, Provider } = setUp(server)
    render(<Show conversationId="c1" />, { wrapper: Provider })
    expect(shown().dataset['connection']).not.toBe('closed')
    await waitFor(() => expect(shown().dataset).toMatchObject({ connection: 'open', integrity: 'live' }))
    await server.say('c1', 'tool', 'Searching')
    await untilShown('Searching')
    await server.say('c1', 'info', 'Found')
    await server.say('c2', 'info', 'elsewhere')
    await untilShown('Searching Found')
    await client.close()
    await waitFor(() => expect(shown().dataset['connection']).toBe('closed'))
  })

  it('does not subscribe again for a request written inline, nor for a second component that asks for the same', async () => {
    await using server = await startRemoteServer()
    const { client, clock, Provider } = setUp(server)
    const both = (): ReactNode => (
      <Provider>
        <Show conversationId="c1" categories={['tool', 'info']} />
        <Show conversationId="c1" categories={['info', 'tool']} />
      </Provider>
    )
    const { rerender } = render(both())
    for (let time = 0; time < 10; time++) rerender(both())
    await untilReaders(server, 1)
    await server.say('c1', 'info', 'x')
    await waitFor(() => expect(screen.getAllByText('x')).toHaveLength(2))
    clock.advance(60_000)
    expect(await server.counts()).toMatchObject({ readers: 1, opened: 1, connections: 1 })
    await client.close()
  })

  it('opens exactly one subscription in strict mode', async () => {
    await using server = await startRemoteServer()
    const { client, clock, Provider } = setUp(server)
    const strict = (
      <StrictMode>
        <Provider>
          <Show conversationId="c1" />
        </Provider>
      </StrictMode>
    )
    render(strict)
    await untilReaders(server, 1)
    clock.advance(60_000)
    await server.say('c1', 'info', 'x')
    await untilShown('x')
    expect(await server.counts()).toMatchObject({ readers: 1, opened: 1, connections: 1 })
    await client.close()
  })

  it('shows another conversation when it is asked for one, and lets go of the first', async () => {
    await using server = await startRemoteServer()
    const { client, clock, Provider } = setUp(server)
    const { rerender } = render(<Show conversationId="c1" />, { wrapper: Provider })
    await untilReaders(server, 1)
    await server.say('c1', 'info', 'one')
    await untilShown('one')
    rerender(<Show conversationId="c2" />)
    expect(shown().textContent).toBe('')
    await untilReaders(server, 2)
    await server.say('c1', 'info', 'one more')
    await server.say('c2', 'info', 'two')
    await untilShown('two')
    clock.advance(1_000)
    await untilReaders(server, 1)
    await client.close()
  })

  it('stops a second after it is unmounted, and not before', async () => {
    await using server = await startRemoteServer()
    const { client, clock, Provider } = setUp(server)
    const { unmount } = render(<Show conversationId="c1" />, { wrapper: Provider })
    await untilReaders(server, 1)
    unmount()
    clock.advance(999)
    await client.categories()
    expect((await server.counts()).readers).toBe(1)
    clock.advance(1)
    await untilReaders(server, 0)
    await client.close()
  })

  it('says that it is behind while the connection is away, and shows then what was said meanwhile', async () => {
    await using server = await startRemoteServer()
    const { client, Provider } = setUp(server)
    const seen = new Set<string>()
    function Watch(): ReactNode {
      const { connection, integrity } = useStatusStream({ conversationId: 'c1' })
      seen.add(`${connection} ${integrity}`)
      return null
    }
    render(
      <Provider>
        <Show conversationId="c1" />
        <Watch />
      </Provider>,
    )
    await untilReaders(server, 1)
    await server.say('c1', 'info', 'before')
    await untilShown('before')
    await server.cut()
    await server.say('c1', 'info', 'after')
    await untilShown('before after')
    expect([...seen]).toContain('connecting catching-up')
    expect([...seen]).not.toContain('connecting live')
    await client.close()
  })

  it('shows why a conversation cannot be shown, and the others go on', async () => {
    await using server = await startRemoteServer({ denied: ['secret'] })
    const { client, Provider } = setUp(server)
    const { rerender } = render(<Show conversationId="secret" />, { wrapper: Provider })
    await waitFor(() => expect(shown().dataset['error']).toBe('NOT_FOUND'))
    rerender(<Show conversationId="c1" />)
    expect(shown().dataset['error']).toBeUndefined()
    await untilReaders(server, 1)
    await server.say('c1', 'info', 'x')
    await untilShown('x')
    await client.close()
  })

  it('renders a burst at most once an interval, and then all of it', async () => {
    await using server = await startRemoteServer()
    const { client, clock, Provider } = setUp(server, { renderIntervalMs: 50, updatesMax: 1_000 })
    render(<Show conversationId="c1" />, { wrapper: Provider })
    await untilReaders(server, 1)
    clock.advance(50)
    let received = 0
    client.status({ conversationId: 'c1' }).subscribe({ update: () => received++ })
    renders = 0
    await server.burst('c1', 500)
    await waitFor(() => expect(received).toBe(500))
    // Time stands still: what was quiet before shows its first change at once, and then the interval holds the rest.
    expect(renders).toBeLessThanOrEqual(1)
    act(() => clock.advance(50))
    await waitFor(() => expect(shown().textContent).toMatch(/ 500$/))
    expect(renders).toBeLessThanOrEqual(2)
    await client.close()
  })
})

describe('useStatusStream with a selector', () => {
  it('renders only when what it picks is another value', async () => {
    await using server = await startRemoteServer()
    const { client, Provider } = setUp(server)
    function Tool(): ReactNode {
      const tool = useStatusStream({ conversationId: 'c1' }, (view) => view.latest.tool)
      renders++
      return <p>{tool?.text}</p>
    }
    render(<Tool />, { wrapper: Provider })
    await untilReaders(server, 1)
    await server.say('c1', 'tool', 'first')
    await untilShown('first')
    const before = renders
    let received = 0
    client.status({ conversationId: 'c1' }).subscribe({ update: () => received++ })
    await server.burst('c1', 50)
    await waitFor(() => expect(received).toBe(50))
    await server.say('c1', 'tool', 'second')
    await untilShown('second')
    expect(renders).toBe(before + 1)
    await client.close()
  })

  it('renders only when the given comparison sees a difference', async () => {
    await using server = await startRemoteServer()
    const { client, Provider } = setUp(server)
    function Tens(): ReactNode {
      const { tens } = useStatusStream(
        { conversationId: 'c1' },
        (view) => ({ tens: Math.floor((view.counts.info ?? 0) / 10) }),
        (a, b) => a.tens === b.tens,
      )
      renders++
      return <p>{tens}</p>
    }
    render(<Tens />, { wrapper: Provider })
    await untilReaders(server, 1)
    await server.burst('c1', 9)
    await waitFor(() => expect(client.status({ conversationId: 'c1' }).store.getSnapshot().counts.info).toBe(9))
    expect([renders, shown().textContent]).toEqual([1, '0'])
    await server.burst('c1', 1)
    await untilShown('1')
    expect(renders).toBe(2)
    await client.close()
  })
})

describe('useTelltaleClient', () => {
  it('is the client of the nearest provider', () => {
    const [outer, inner] = ['a', 'b'].map((path) =>
      createTelltaleClient({ url: `ws://127.0.0.1:9/${path}`, WebSocket: NodeSocket }),
    )
    if (!outer || !inner) return expect.unreachable()
    const seen: unknown[] = []
    const See = (): ReactNode => {
      seen.push(useTelltaleClient())
      return null
    }
    render(
      <TelltaleProvider client={outer}>
        <See />
        <TelltaleProvider client={inner}>
          <See />
        </TelltaleProvider>
      </TelltaleProvider>,
    )
    expect(seen[0]).toBe(outer)
    expect(seen[1]).toBe(inner)
  })
})
