import { copyJson, isPlainObject, type JsonObject } from '@telltale/contract'
import type { Identity } from '../seams/access.ts'
import type { Emit } from '../telemetry/events.ts'

/** Most bytes of JSON that others are told of a member. */
const infoMaxBytes = 1_024

/** Says what others are told of somebody; what is unfit is left out, and told to telemetry. */
export function createInfoOf(
  presence: ((identity: Identity) => JsonObject) | undefined,
  emit: Emit,
): (identity: Identity) => JsonObject | undefined {
  const refuse = (reason: 'threw' | 'data' | 'size'): undefined => {
    emit('presence.info-refused', { reason })
  }
  return (identity) => {
    if (!presence) return undefined
    let info: unknown
    try {
      info = presence(identity)
    } catch {
      return refuse('threw')
    }
    // An async function by mistake: nobody waits for it, and its failure must not end the process.
    if (info instanceof Promise) info.catch(() => undefined)
    if (!isPlainObject(info)) return refuse('data')
    const copy = copyJson(info)
    if (!copy.ok) return refuse('data')
    if (Buffer.byteLength(JSON.stringify(copy.value)) > infoMaxBytes) return refuse('size')
    return copy.value as JsonObject
  }
}
