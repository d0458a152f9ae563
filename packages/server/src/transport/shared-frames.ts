import type { Framing } from './wire.ts'

/** First byte of a text message that is one frame: FIN, opcode 1 (RFC 6455, section 5.2). */
const wholeText = 0x81

/** WebSocket messages: a header says how long they are. */
export const websocketFraming: Framing = { beginningOf: encodeHead, ending: '' }

/**
 * The beginning of a WebSocket text message: the frame's header, and the part of its payload that is one reader's own.
 * `restLength` more bytes have to follow it.
 */
function encodeHead(head: string, restLength: number): Buffer {
  const headLength = Buffer.byteLength(head)
  const length = headLength + restLength
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const bytes = Buffer.allocUnsafe(headerLength + headLength)
  bytes[0] = wholeText
  if (headerLength === 2) bytes[1] = length
  else if (headerLength === 4) {
    bytes[1] = 126
    bytes.writeUInt16BE(length, 2)
  } else {
    bytes[1] = 127
    bytes.writeUIntBE(0, 2, 2)
    bytes.writeUIntBE(length, 4, 6)
  }
  bytes.write(head, headerLength)
  return bytes
}
