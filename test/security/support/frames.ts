/** Opcodes of RFC 6455, section 5.2. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** How a frame departs from a correct one of a client. */
export interface FrameOptions {
  /** @default true */
  readonly isFinal?: boolean
  /** The three reserved bits. @default 0 */
  readonly reserved?: number
  /** @default true */
  readonly isMasked?: boolean
  /** What the header says, whatever follows. @default the payload's */
  readonly claimedLength?: bigint
}

const mask = Buffer.from([0x12, 0x34, 0x56, 0x78])

/** A frame as a client sends it, byte for byte; only what is asked for is wrong with it. */
export function frame(opcode: number, payload: string | Buffer = '', options: FrameOptions = {}): Buffer {
  const { isFinal = true, reserved = 0, isMasked = true } = options
  const bytes = Buffer.from(payload)
  const length = options.claimedLength ?? BigInt(bytes.length)
  const maskBit = isMasked ? 0x80 : 0
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode
  let head: Buffer
  if (length < 126n) head = Buffer.from([first, maskBit | Number(length)])
  else if (length < 65_536n) {
    head = Buffer.from([first, maskBit | 126, 0, 0])
    head.writeUInt16BE(Number(length), 2)
  } else {
    head = Buffer.alloc(10)
    head.writeUInt8(first, 0)
    head.writeUInt8(maskBit | 127, 1)
    head.writeBigUInt64BE(length, 2)
  }
  if (!isMasked) return Buffer.concat([head, bytes])
  return Buffer.concat([head, mask, bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))])
}

/** A close frame with a code, or without a body. */
export function closeFrame(code?: number, reason = ''): Buffer {
  if (code === undefined) return frame(opcodes.close)
  const body = Buffer.alloc(2)
  body.writeUInt16BE(code)
  return frame(opcodes.close, Buffer.concat([body, Buffer.from(reason)]))
}

/** A frame of a server, which is not masked. */
export interface ServerFrame {
  readonly opcode: number
  readonly payload: Buffer
}

/** Takes the whole frames at the front of some bytes, and answers what is left. */
export function readFrames(bytes: Buffer, onFrame: (frame: ServerFrame) => void): Buffer {
  let rest = bytes
  for (;;) {
    const [first, second] = rest
    if (first === undefined || second === undefined) return rest
    const short = second & 0x7f
    const headLength = short === 126 ? 4 : short === 127 ? 10 : 2
    if (rest.length < headLength) return rest
    const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short
    if (rest.length < headLength + length) return rest
    onFrame({ opcode: first & 0x0f, payload: rest.subarray(headLength, headLength + length) })
    rest = rest.subarray(headLength + length)
  }
}
