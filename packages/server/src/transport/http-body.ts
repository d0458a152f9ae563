import type { IncomingMessage } from 'node:http'
import type { Clock } from '../async/clock.ts'
import type { ConnectionLimits } from './limits.ts'
import type { Refusal } from './reception.ts'

/** Reads a request's body, as long as it is short and comes soon. */
export function readBody(
  request: IncomingMessage,
  { limits, clock }: { limits: ConnectionLimits; clock: Clock },
): Promise<string | Refusal> {
  const tooLong = { status: 413, reason: `more than ${limits.inboundMaxBytes} bytes` } as const
  if (Number(request.headers['content-length'] ?? 0) > limits.inboundMaxBytes) return Promise.resolve(tooLong)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const settle = (outcome: string | Refusal): void => {
      cancel()
      request.off('data', onData)
      resolve(outcome)
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > limits.inboundMaxBytes) settle(tooLong)
      else chunks.push(chunk)
    }
    const cancel = clock.after(limits.firstMessageTimeoutMs, () =>
      settle({ status: 408, reason: 'the body took too long' }),
    )
    request.on('data', onData)
    request.once('end', () => settle(Buffer.concat(chunks).toString('utf8')))
    // Nobody is there any more to hear why.
    request.once('close', () => settle({ status: 400, reason: 'the body ended early' }))
  })
}
