import type { createWSClient } from '@trpc/client'

type Encoder = NonNullable<Parameters<typeof createWSClient>[0]['experimental_encoder']>
type Incoming = ReturnType<Encoder['decode']>

/** An answer to nothing: nobody waits for it. */
const nothing = { id: -1, result: { type: 'stopped' } } as Incoming

/**
 * Reads what a server says. What is no message of tRPC's, as from a proxy that talks of its own, would be thrown where nobody
 * can catch it: it is told instead, and passed over.
 */
export function createEncoder(onGarbage: () => void): Encoder {
  return {
    encode: (data) => JSON.stringify(data),
    decode(data) {
      const message = parse(data)
      if (isMessage(message)) return message
      onGarbage()
      return nothing
    },
  }
}

function parse(data: unknown): unknown {
  try {
    return typeof data === 'string' ? JSON.parse(data) : null
  } catch {
    return null
  }
}

/** Whether tRPC's client can do something with it (its `transformResult` throws on anything else). */
function isMessage(message: unknown): message is Incoming {
  if (!isRecord(message)) return false
  if ('method' in message) return typeof message['method'] === 'string'
  if (!('id' in message)) return false
  if (!('error' in message)) return isRecord(message['result'])
  const { error } = message
  const shape = isRecord(error) && isRecord(error['json']) ? error['json'] : error
  return isRecord(shape) && typeof shape['code'] === 'number'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
