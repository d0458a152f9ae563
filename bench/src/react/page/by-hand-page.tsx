import { type ReactNode, useEffect, useState } from 'react'
import { rowsMax } from '../said.ts'
import { Feed, type FeedProps, type Row } from './feed.tsx'

/** What one would write: a socket, and the list in a state. No resume, no repair, no pace of its own. */
export function ByHandPage({ origin }: { readonly origin: string }): ReactNode {
  return <Feed {...useUpdates(`${origin}/raw`)} missed={0} />
}

type State = Omit<FeedProps, 'missed'>

const nothing: State = { updates: [], progress: null, received: 0, isLive: false }

function useUpdates(url: string): State {
  const [state, setState] = useState(nothing)
  useEffect(() => {
    const socket = new WebSocket(url)
    socket.onopen = () => setState((before) => ({ ...before, isLive: true }))
    socket.onclose = () => setState((before) => ({ ...before, isLive: false }))
    socket.onmessage = ({ data }) => {
      const arrived = JSON.parse(data) as Row[]
      setState((before) => add(before, arrived))
    }
    return () => socket.close()
  }, [url])
  return state
}

function add(before: State, arrived: readonly Row[]): State {
  return {
    ...before,
    updates: [...before.updates, ...arrived].slice(-rowsMax),
    progress: progressIn(arrived) ?? before.progress,
    received: before.received + arrived.length,
  }
}

/** The server has checked what it sends. */
function progressIn(arrived: readonly Row[]): State['progress'] {
  return (
    (arrived.findLast(({ category }) => category === 'progress')?.metadata as State['progress'] | undefined) ?? null
  )
}
