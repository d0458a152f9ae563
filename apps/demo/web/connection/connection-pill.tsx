import { useConnection } from '@telltale/react'
import './connection-pill.css'

const states = { idle: 'Not connected', connecting: 'Connecting', open: 'Connected', closed: 'Closed' }
const transports = { websocket: 'WebSocket', sse: 'Server-sent events' }
/** Where there is little room. */
const shortTransports = { websocket: 'WS', sse: 'SSE' }

/** Whether the connection stands, and by what it goes. */
export function ConnectionPill() {
  const { state, transport: name } = useConnection()
  return (
    <p className="connection-pill" data-connection={state} data-transport={name}>
      <span className="connection-lamp" aria-hidden="true" />
      <span className="connection-whole">{states[state]}</span>
      {name && (
        <span className="connection-transport">
          <span className="connection-whole">{transports[name]}</span>
          <span className="connection-short" aria-hidden="true">
            {shortTransports[name]}
          </span>
        </span>
      )}
    </p>
  )
}
