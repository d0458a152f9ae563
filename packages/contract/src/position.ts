/**
 * A place in a log. `epoch` names the life of the log: a log that was lost and began again has another one.
 * `offset` counts the entries, 0 is before the first. `nonce` tells which entry it was, because after a failover the
 * same offset can come back with other data; offset 0 has nonce 0.
 */
export interface Position {
  readonly epoch: string
  readonly offset: number
  readonly nonce: number
}

const shape = /^([0-9A-Za-z]{1,24})\.(0|[1-9a-z][0-9a-z]{0,10})\.(0|[1-9a-z][0-9a-z]{0,6})$/

/** Prints a position as the opaque text that travels as tracked id. */
export function formatPosition(position: Position): string {
  return `${position.epoch}.${position.offset.toString(36)}.${position.nonce.toString(36)}`
}

/** Reads what {@link formatPosition} printed; `null` for anything else. Never throws. */
export function parsePosition(text: string): Position | null {
  if (text.length > 44) return null
  const match = shape.exec(text)
  if (!match) return null
  const [, epoch = '', offsetText = '', nonceText = ''] = match
  const offset = Number.parseInt(offsetText, 36)
  const nonce = Number.parseInt(nonceText, 36)
  if (!Number.isSafeInteger(offset) || nonce > 0xffff_ffff || (offset === 0 && nonce !== 0)) return null
  return { epoch, offset, nonce }
}

/** The place before the first entry of a log. */
export function originOf(epoch: string): Position {
  return { epoch, offset: 0, nonce: 0 }
}

/** Whether two texts name the same place, or `a` stands before `b` in the same life of the log. */
export function comparePositions(a: string, b: string): 'same' | 'before' | 'after' | 'unrelated' {
  if (a === b) return 'same'
  const left = parsePosition(a)
  const right = parsePosition(b)
  if (!left || !right || left.epoch !== right.epoch || left.offset === right.offset) return 'unrelated'
  return left.offset < right.offset ? 'before' : 'after'
}
