import type { ServerResponse } from 'node:http'
import type { Framing, Wire } from './wire.ts'

/** What every event stream says of itself: nobody between us and the reader may keep, change or gather it. */
export const eventStreamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const

/** JSON has no line breaks, so each message is one `data` line (WHATWG HTML, section 9.2). */
const events: Framing = { beginningOf: (text) => Buffer.from(`data: ${text}`), ending: '\n\n' }

const asItIs: Framing = { beginningOf: (text) => Buffer.from(text), ending: '' }

/** A response as a wire on which each message is one server-sent event. */
export function eventStreamWire(response: ServerResponse): Wire {
  return responseWire(response, events)
}

/** A response that others write an event stream to; it ends when they have written what they hold. */
export interface PumpedWire extends Wire {
  /** Aborts when it is to end. */
  readonly ending: AbortSignal
}

/** A response as a wire that adds nothing of its own. */
export function pumpedWire(response: ServerResponse): PumpedWire {
  const ending = new AbortController()
  // Properties of a wire are read anew each time.
  return Object.defineProperties(responseWire(response, asItIs), {
    ending: { value: ending.signal },
    close: { value: () => ending.abort() },
  }) as PumpedWire
}

function responseWire(response: ServerResponse, framing: Framing): Wire {
  const beginning = framing.beginningOf('', 0).toString()
  return {
    get isOpen() {
      return !response.writableEnded && !response.destroyed
    },
    get waitingBytes() {
      return response.writableLength
    },
    isAnswering: false,
    transport: 'sse',
    framing,
    send: (text, taken) => void response.write(`${beginning}${text}${framing.ending}`, taken),
    sendBytes(message, rest, taken) {
      if (rest === null) response.write(message, taken)
      else {
        response.cork()
        response.write(message)
        response.write(rest, taken)
        response.uncork()
      }
      return false
    },
    // A comment, legal between any two lines: who stands in between must not take a quiet stream for a dead one.
    ping: () => void response.write(':\n'),
    close: () => void response.end(),
    terminate: () => void response.destroy(),
  }
}
