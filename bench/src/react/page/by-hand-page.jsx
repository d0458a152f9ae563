import { useEffect, useState } from 'react'
import { rowsMax } from '../said.ts'
import { Feed } from './feed.jsx'

/** What one would write: a socket, and the list in a state. No resume, no repair, no pace of its own. */
export function ByHandPage({ origin }) {
  return <Feed {...useUpdates(`${origin}/raw`)} missed={0} />
}

const nothing = { updates: [], progress: null, received: 0, isLive: false }

function useUpdates(url) {
  const [state, setState] = useState(nothing)
  useEffect(() => {
    const socket = new WebSocket(url)
    socket.onopen = () => setState((before) => ({ ...before, isLive: true }))
    socket.onclose = () => setState((before) => ({ ...before, isLive: false }))
    socket.onmessage = ({ data }) => {
      const arrived = JSON.parse(data)
      setState((before) => add(before, arrived))
    }
    return () => socket.close()
  }, [url])
  return state
}

function add(before, arrived) {
  return {
    ...before,
    updates: [...before.updates, ...arrived].slice(-rowsMax),
    progress: arrived.findLast(({ category }) => category === 'progress')?.metadata ?? before.progress,
    received: before.received + arrived.length,
  }
}
