import { type AnyContract, TelltaleError, type UpdateInput } from '@telltale/contract'

/** A server takes messages of 65,536 bytes; the rest is for what stands around the updates. */
export const messageMaxBytes = 60_000

/** Bytes of an update in a message. */
export function sizeOf(update: UpdateInput<AnyContract>): number {
  return Buffer.byteLength(JSON.stringify(update)) + 1
}

/** Why an update cannot be sent at all (`PAYLOAD_TOO_LARGE`): the server would hang up on it. `null` when it can. */
export function refuseLarge(update: UpdateInput<AnyContract>): TelltaleError | null {
  const size = sizeOf(update)
  if (size <= messageMaxBytes) return null
  return new TelltaleError('PAYLOAD_TOO_LARGE', `${size} bytes are over the ${messageMaxBytes} of a message`)
}
