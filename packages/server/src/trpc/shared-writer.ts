import { isPlainObject } from '@telltale/contract'
import type { SharedFrame } from '../core/batch.ts'
import type { SocketSession } from '../transport/session.ts'
import type { Framing } from '../transport/wire.ts'
import { beginningOf, type Reply } from './reply.ts'

/** How a root's transformer wraps a value that needs no annotation. */
export interface Wrapping {
  readonly opening: string
  readonly closing: string
}

/** The message that was written last. Clients number alike, so it is often the next reader's too, to the last byte. */
interface Message {
  readonly of: SharedFrame
  readonly id: Reply['id']
  readonly jsonrpc: Reply['jsonrpc']
  readonly framing: Framing
  readonly bytes: Buffer
  /** What follows them in the same message. */
  readonly rest: Buffer | null
}

/**
 * Up to here it is cheaper to write the shared part anew behind a head than to hand the system two parts; and so few bytes,
 * if they were kept, would keep the whole slab that Node cuts them from.
 */
const writtenMaxBytes = 4_096

/**
 * Writes batches with as little as can be done for each reader. The first gets a message made as one; who numbered its
 * request alike gets the same bytes; to all others a small head goes out in front of the part they have in common.
 */
export function createSharedWriter({ opening, closing }: Wrapping) {
  const end = `}}${closing}}}`
  let last: Message | null = null

  function headOf(reply: Reply, { after, batch }: SharedFrame): string {
    const { position, slice } = batch
    const { skipped } = slice
    // Positions have no character that JSON escapes, but `after` may echo what a client sent.
    const skippedJson = skipped ? `,"skipped":${JSON.stringify(skipped)}` : ''
    return `${beginningOf(reply)},"result":{"type":"data","id":"${position}","data":${opening}{"id":"${position}","data":{"type":"batch","after":${JSON.stringify(after)}${skippedJson},"updates":`
  }

  return (session: SocketSession, reply: Reply, frame: SharedFrame): void => {
    const { id, jsonrpc } = reply
    const { framing } = session
    if (last?.of !== frame || last.id !== id || last.jsonrpc !== jsonrpc || last.framing !== framing) {
      last = { of: frame, id, jsonrpc, framing, ...encode(framing, headOf(reply, frame), frame, end + framing.ending) }
    }
    session.sendBytes(last.bytes, last.rest)
  }
}

function encode(
  framing: Framing,
  head: string,
  { batch }: SharedFrame,
  closing: string,
): Pick<Message, 'bytes' | 'rest'> {
  const kept = batch.encoded(closing)
  if (kept !== null && typeof kept !== 'string') {
    return { bytes: framing.beginningOf(head, kept.length), rest: kept }
  }
  const text = kept ?? batch.encode(closing)
  if (text.length <= writtenMaxBytes) {
    if (kept === null) batch.keep(closing, text)
    return { bytes: framing.beginningOf(head + text, 0), rest: null }
  }
  const length = Buffer.byteLength(text)
  const beginning = framing.beginningOf(head, length)
  const bytes = Buffer.allocUnsafe(beginning.length + length)
  bytes.set(beginning)
  // Where every character is a byte there is nothing to convert.
  bytes.write(text, beginning.length, length === text.length ? 'latin1' : 'utf8')
  batch.keep(closing, bytes.subarray(beginning.length))
  return { bytes, rest: null }
}

/** Finds out how a transformer wraps plain JSON: not at all, or as superjson does. Others are not known, and not shared. */
export function probeWrapping(serialize: (value: unknown) => unknown): Wrapping | null {
  const probe = { a: ['b'] }
  const wrapped = serialize(probe)
  if (wrapped === probe) return { opening: '', closing: '' }
  const isEnvelope =
    isPlainObject(wrapped) &&
    Object.keys(wrapped)
      .filter((key) => wrapped[key] !== undefined)
      .join() === 'json'
  if (isEnvelope && JSON.stringify(wrapped['json']) === JSON.stringify(probe))
    return { opening: '{"json":', closing: '}' }
  return null
}
