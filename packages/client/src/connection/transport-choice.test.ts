import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../../server/src/testing/manual-clock.ts'
import { TransportChoice } from './transport-choice.ts'

describe('TransportChoice', () => {
  it('begins with WebSockets, and gives each way up for the other until something comes through', () => {
    const choice = new TransportChoice('auto', createManualClock())
    for (const [tried, next] of [
      ['websocket', 'sse'],
      ['sse', 'websocket'],
      ['websocket', 'sse'],
    ] as const) {
      expect([choice.next, choice.isTrying, choice.current.getSnapshot()]).toEqual([tried, true, null])
      choice.ended(tried, false)
      expect(choice.next).toBe(next)
    }
  })

  it('keeps what worked when it ends, and says what it is', () => {
    const choice = new TransportChoice('auto', createManualClock())
    choice.proven('websocket')
    choice.ended('websocket', true)
    expect([choice.next, choice.isTrying, choice.current.getSnapshot()]).toEqual(['websocket', false, 'websocket'])
  })

  it('changes over also later, but not before what had worked failed three times: the server may only be away', () => {
    const choice = new TransportChoice('auto', createManualClock())
    choice.proven('websocket')
    choice.ended('websocket', true)
    for (const next of ['websocket', 'websocket', 'sse']) {
      choice.ended('websocket', false)
      expect([choice.next, choice.current.getSnapshot()]).toEqual([next, 'websocket'])
    }
    choice.ended('sse', false)
    expect(choice.next).toBe('websocket')
    for (let failure = 0; failure < 3; failure++) choice.ended('websocket', false)
    choice.proven('sse')
    choice.ended('sse', true)
    expect(choice.next).toBe('websocket')
  })

  it('tries WebSockets again behind an event stream that held for a minute, and not behind a shorter one', () => {
    const clock = createManualClock()
    const choice = new TransportChoice('auto', clock)
    choice.proven('sse')
    clock.advance(59_999)
    choice.ended('sse', true)
    expect(choice.next).toBe('sse')
    choice.proven('sse')
    clock.advance(60_000)
    choice.ended('sse', true)
    expect(choice.next).toBe('websocket')
  })

  it('tries WebSockets once more when the server, which was away, answers by events first', () => {
    const choice = new TransportChoice('auto', createManualClock())
    choice.ended('websocket', false)
    choice.ended('sse', false)
    choice.ended('websocket', false)
    expect([choice.next, choice.admitsEvents(), choice.next, choice.isVerifying]).toEqual([
      'sse',
      false,
      'websocket',
      true,
    ])
    // They fail although the server is there: they are blocked.
    choice.ended('websocket', false)
    expect([choice.next, choice.isVerifying, choice.admitsEvents()]).toEqual(['sse', false, true])
    choice.proven('sse')
    expect([choice.next, choice.current.getSnapshot()]).toEqual(['sse', 'sse'])
  })

  it('goes by events at once where only WebSockets failed', () => {
    const choice = new TransportChoice('auto', createManualClock())
    choice.ended('websocket', false)
    expect([choice.next, choice.admitsEvents()]).toEqual(['sse', true])
  })

  it.each(['websocket', 'sse'] as const)('stays with %s when it is told to', (mode) => {
    const choice = new TransportChoice(mode, createManualClock())
    for (const wasProven of [false, true, false]) {
      choice.ended(mode, wasProven)
      expect([choice.next, choice.isTrying]).toEqual([mode, false])
    }
  })
})
