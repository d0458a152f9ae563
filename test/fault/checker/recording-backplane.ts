import { type Draft, parseTopic, type Topic } from '@telltale/contract'
import type { Appended, Backplane, BackplaneFactory } from '@telltale/server'
import type { LedgerEntry } from './ledger.ts'

/** What is told of a backplane that is watched. */
export interface Tape {
  /** Told in the turn in which it was appended: no reader has heard of it before. */
  recorded(entries: readonly LedgerEntry[]): void
  /** Listeners and holds that are there now. */
  held(change: 1 | -1): void
  /** Asked before every append and read; what it answers is waited for, what it throws is the backplane's failure. */
  before?: ((operation: 'append' | 'read', topic: Topic) => Promise<void> | undefined) | undefined
  /** Holds back the answer of a read. */
  afterRead?: ((topic: Topic) => Promise<void> | undefined) | undefined
}

/** The backplane itself, with everything it accepts written down, and failures where a tape asks for them. */
export function recordingBackplane(inner: BackplaneFactory, tape: Tape): BackplaneFactory {
  return <TEvent, TState>(host: Parameters<BackplaneFactory>[0]): Backplane<TEvent, TState> => {
    const backplane = inner<TEvent, TState>(host)
    const listening = <T extends () => void>(stop: T): (() => void) => {
      tape.held(1)
      let isHeld = true
      return () => {
        if (isHeld) tape.held(-1)
        isHeld = false
        stop()
      }
    }
    const appendNow: Backplane<TEvent, TState>['append'] = (topic, drafts, policy) => {
      const appended = backplane.append(topic, drafts, policy)
      if (appended instanceof Promise) throw new Error('memory answers at once')
      tape.recorded(toEntries(topic, drafts, appended))
      return appended
    }
    return {
      ...backplane,
      append(topic, drafts, policy) {
        const wait = tape.before?.('append', topic)
        return wait ? wait.then(() => appendNow(topic, drafts, policy)) : appendNow(topic, drafts, policy)
      },
      read(topic, after, limit) {
        const wait = tape.before?.('read', topic)
        const read = wait ? wait.then(() => backplane.read(topic, after, limit)) : backplane.read(topic, after, limit)
        const held = tape.afterRead?.(topic)
        return held ? held.then(() => read) : read
      },
      subscribe(topic, listener) {
        const stop = backplane.subscribe(topic, listener)
        if (stop instanceof Promise) throw new Error('memory answers at once')
        return listening(stop)
      },
      hold: (topic) => listening(backplane.hold(topic)),
    }
  }
}

function toEntries(topic: Topic, drafts: readonly Draft[], { epoch, places }: Appended): LedgerEntry[] {
  const conversationId = parseTopic(topic).id
  return drafts.map((draft, index): LedgerEntry => {
    const place = { conversationId, epoch, offset: places[index]?.offset ?? 0 }
    if (draft.kind === 'loss') {
      return { ...place, kind: 'loss', category: '', id: '', key: null, isFinal: false, body: '', counts: draft.counts }
    }
    const { type, id, key = null, isFinal = false, body } = draft
    return { ...place, kind: 'event', category: type, id, key, isFinal, body, counts: {} }
  })
}
