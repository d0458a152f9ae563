import { isPlainObject } from '@telltale/contract'
import type { WebSocket } from 'ws'
import type { Clock } from '../async/clock.ts'
import { closeCodes } from './close-codes.ts'

/** The connection parameters a client sent first, and what it sent behind them while it was being authenticated. */
export interface FirstMessage {
  readonly kind: 'params'
  readonly params: Record<string, string> | null
  /** Messages that came since. */
  readonly early: readonly string[]
  /** Stops gathering. */
  release(): void
}

/** How the wait for the first message ended. */
export type FirstMessageOutcome = FirstMessage | { readonly kind: 'late' } | { readonly kind: 'gone' }

/** Most messages, and most characters of them, that are held while a client is being authenticated. */
const earlyMax = 8
const earlyMaxLength = 65_536
/** Most pings and pongs before the first message. */
const beatsMax = 8
/** Parameters are a token and little more. */
const paramsMaxLength = 16_384

/** Waits for the message with the connection parameters; anything that is not one counts as none. */
export function readFirstMessage(
  ws: WebSocket,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): Promise<FirstMessageOutcome> {
  return new Promise((resolve) => {
    const early: string[] = []
    let length = 0
    let beats = 0
    let isFirst = true
    const beat = (text: string): void => {
      // Whoever has not said who it is gets no answers to pile up.
      if (++beats > beatsMax) ws.terminate()
      else if (text === 'PING') ws.send('PONG')
    }
    const onMessage = (data: Buffer, isBinary: boolean): void => {
      if (isBinary) return ws.close(...closeCodes.notText)
      const text = data.toString('utf8')
      if (isFirst && (text === 'PING' || text === 'PONG')) return beat(text)
      if (isFirst) {
        isFirst = false
        cancel()
        resolve({ kind: 'params', params: parseParams(text), early, release })
        return
      }
      length += text.length
      if (early.push(text) > earlyMax || length > earlyMaxLength) ws.terminate()
    }
    const onClose = (): void => {
      cancel()
      resolve({ kind: 'gone' })
    }
    const release = (): void => {
      ws.off('message', onMessage)
      ws.off('close', onClose)
    }
    const cancel = clock.after(timeoutMs, () => {
      release()
      resolve({ kind: 'late' })
    })
    ws.on('message', onMessage)
    ws.once('close', onClose)
  })
}

/** Reads tRPC's connection params message: `{ method: 'connectionParams', data: { …texts } | null }`. */
export function parseParams(text: string): Record<string, string> | null {
  if (text.length > paramsMaxLength) return null
  try {
    const message: unknown = JSON.parse(text)
    const data = isPlainObject(message) ? message['data'] : null
    if (!isPlainObject(data) || !Object.values(data).every((value) => typeof value === 'string')) return null
    return data as Record<string, string>
  } catch {
    return null
  }
}
