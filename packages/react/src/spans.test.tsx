import { createTelltaleClient, type SpanNode } from '@telltale/client'
import { cleanup, configure, render, screen, waitFor } from '@testing-library/react'
import { memo, type ReactNode } from 'react'
import { afterEach, describe, expect, it } from 'vitest'
import { NodeSocket } from '../../../test/support/node-socket.ts'
import { type RemoteServer, startRemoteServer } from '../../../test/support/remote-server.ts'
import { createManualClock } from '../../server/src/testing/manual-clock.ts'
import { TelltaleProvider, useSpan, useStatusProgress, useStatusSpans } from './index.ts'

const request = { conversationId: 'c1' }

function setUp(server: RemoteServer) {
  const clock = createManualClock()
  const options = { url: server.url, WebSocket: NodeSocket, clock, random: () => 0, renderIntervalMs: 0 }
  const client = createTelltaleClient(options)
  const wrapper = ({ children }: { children?: ReactNode }): ReactNode => (
    <TelltaleProvider client={client}>{children}</TelltaleProvider>
  )
  return { client, clock, wrapper }
}

const renders = new Map<string, number>()

const Node = memo(({ node }: { node: SpanNode }): ReactNode => {
  renders.set(node.name, (renders.get(node.name) ?? 0) + 1)
  return (
    <li>
      {node.name} {node.state}
      <ul>
        {node.children.map((child) => (
          <Node key={child.id} node={child} />
        ))}
      </ul>
    </li>
  )
})

function Tree(): ReactNode {
  return (
    <ul data-testid="tree">
      {useStatusSpans(request).map((node) => (
        <Node key={node.id} node={node} />
      ))}
    </ul>
  )
}

function Bar(): ReactNode {
  const progress = useStatusProgress(request)
  return <p data-testid="bar">{progress ? `${progress.percent} % ${progress.text}` : 'nothing'}</p>
}

let timesRendered = 0

function Times({ id }: { id: string }): ReactNode {
  const view = useSpan(id, request)
  timesRendered++
  return <p data-testid="times">{view ? `${view.span.state} ${view.elapsedMs} ${view.quietMs}` : 'no such span'}</p>
}

const textOf = (id: string): string | null => screen.getByTestId(id).textContent

configure({ asyncUtilTimeout: 5_000 })
afterEach(() => {
  cleanup()
  renders.clear()
  timesRendered = 0
})

describe('useStatusSpans', () => {
  it('shows the tree, and renders again only the spans that changed', async () => {
    await using server = await startRemoteServer()
    const { client, wrapper } = setUp(server)
    render(<Tree />, { wrapper })
    const root = await server.startSpan('c1', 'root')
    const moving = await server.startSpan('c1', 'moving', root)
    await server.startSpan('c1', 'other')
    await waitFor(() => expect(textOf('tree')).toBe('root startedmoving startedother started'))
    const before = renders.get('other')
    await server.tellSpan(moving, 'update', 'on')
    await waitFor(() => expect(textOf('tree')).toBe('root startedmoving runningother started'))
    expect(renders.get('other')).toBe(before)
    await client.close()
  })
})

describe('useStatusProgress', () => {
  it('shows how far the work is, and nothing when it is over', async () => {
    await using server = await startRemoteServer()
    const { client, wrapper } = setUp(server)
    render(<Bar />, { wrapper })
    expect(textOf('bar')).toBe('nothing')
    const span = await server.startSpan('c1', 'counting')
    await server.tellSpan(span, 'progress', 1, 4, 'one of four')
    await waitFor(() => expect(textOf('bar')).toBe('25 % one of four'))
    await server.tellSpan(span, 'end')
    await waitFor(() => expect(textOf('bar')).toBe('nothing'))
    await client.close()
  })
})

describe('useSpan', () => {
  it('shows a span and how long it has been quiet, every second, until it ends', async () => {
    await using server = await startRemoteServer()
    const { client, clock, wrapper } = setUp(server)
    const id = await server.startSpan('c1', 'long')
    await server.flush()
    render(<Times id={id} />, { wrapper })
    await waitFor(() => expect(textOf('times')).toMatch(/^started \d+ \d+$/))
    const [, elapsed = 0, quiet = 0] = (textOf('times') ?? '').split(' ').map(Number)
    clock.advance(2_000)
    await waitFor(() => expect(textOf('times')).toBe(`started ${elapsed + 2_000} ${quiet + 2_000}`))
    await server.tellSpan(id, 'end')
    await waitFor(() => expect(textOf('times')).toMatch(/^succeeded \d+ null$/))
    const settled = timesRendered
    clock.advance(10_000)
    expect(timesRendered).toBe(settled)
    await client.close()
  })

  it('does not say that a span is quiet while the server cannot be heard', async () => {
    await using server = await startRemoteServer()
    const { client, wrapper } = setUp(server)
    const id = await server.startSpan('c1', 'long')
    await server.flush()
    render(<Times id={id} />, { wrapper })
    await waitFor(() => expect(textOf('times')).toMatch(/^started \d+ \d+$/))
    await client.close()
    await waitFor(() => expect(textOf('times')).toBe('started null null'))
  })

  it('has nothing for an id that there is not', async () => {
    await using server = await startRemoteServer()
    const { client, wrapper } = setUp(server)
    render(<Times id="nowhere" />, { wrapper })
    expect(textOf('times')).toBe('no such span')
    await client.close()
  })
})
