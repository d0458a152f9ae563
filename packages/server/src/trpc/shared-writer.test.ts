import { describe, expect, it } from 'vitest'
import { SharedBatch } from '../core/batch.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { defaultConnectionLimits } from '../transport/limits.ts'
import { SocketSession } from '../transport/session.ts'
import { websocketFraming } from '../transport/shared-frames.ts'
import type { Framing, Wire } from '../transport/wire.ts'
import { createSharedWriter } from './shared-writer.ts'

const eventFraming: Framing = { beginningOf: (text) => Buffer.from(`data: ${text}`), ending: '\n\n' }

/** A batch that counts how often it is encoded. */
class CountedBatch extends SharedBatch {
  count = 0

  override encode(closing: string): string {
    this.count++
    return super.encode(closing)
  }
}

function batchOf(text: string): CountedBatch {
  const body = `"id":"a","text":"${text}"}`
  const entry = {
    kind: 'event',
    id: 'a',
    type: 'info',
    priority: 'normal',
    at: 0,
    event: {},
    body,
    offset: 1,
    nonce: 1,
  } as const
  const slice = { to: 1, entries: [entry], sizeBytes: body.length, skipped: null, end: 'head' } as const
  const reading = { seen: 0, filter: { mask: 1, rankMin: 0, types: ['info'] }, conflate: false }
  return new CountedBatch(slice, reading, 'e.1.1', { toUpdate: () => null })
}

function openSession(framing: Framing) {
  const sent: string[] = []
  const wire: Wire = {
    isOpen: true,
    transport: 'websocket',
    waitingBytes: 0,
    isAnswering: true,
    framing,
    send: () => undefined,
    sendBytes(message, rest) {
      sent.push(Buffer.concat(rest ? [message, rest] : [message]).toString())
      return true
    },
    ping: () => undefined,
    close: () => undefined,
    terminate: () => undefined,
  }
  const credentials = { headers: {}, remoteAddress: '' }
  const identity = { userId: 'u' }
  const parts = { id: 's', credentials, identity, clock: createManualClock(), limits: defaultConnectionLimits }
  return { session: new SocketSession(wire, parts), sent }
}

describe('a shared writer', () => {
  it.each([
    ['small', 'ümlaut'],
    ['large', 'ü'.repeat(5_000)],
  ])('encodes a %s batch once for each kind of connection, whoever comes in between', (_size, text) => {
    const write = createSharedWriter({ opening: '{"json":', closing: '}' })
    const batch = batchOf(text)
    const frame = batch.frame('e.0.0')
    const readers = Array.from({ length: 12 }, (_, index) => ({
      ...openSession(index % 2 === 0 ? websocketFraming : eventFraming),
      id: index % 3,
    }))
    for (const { session, id } of readers) write(session, { id }, frame)
    expect(batch.count).toBe(2)
    for (const { sent, id } of readers) {
      const payload = sent[0]?.slice(sent[0].indexOf('{"id"')).trimEnd() ?? ''
      const data = { type: 'batch', after: 'e.0.0', updates: [{ offset: 1, id: 'a', text }] }
      const result = { type: 'data', id: 'e.1.1', data: { json: { id: 'e.1.1', data } } }
      expect([sent.length, JSON.parse(payload)]).toEqual([1, { id, result }])
    }
  })
})
