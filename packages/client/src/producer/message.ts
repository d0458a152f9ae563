import type { Drained } from '@telltale/contract/producer'
import { addCounts, type ErrorCode, errorCodes, isErrorCode } from '@telltale/contract/wire'
import { jsonBytes, type Saying } from './saying.ts'

/** Most updates in a message, and most of their bytes: the server takes messages of 64 KiB. */
export const batchMax = 100
const batchMaxBytes = 48 * 1_024

/** Something said that was given its place in the order. */
export interface Numbered extends Saying {
  readonly number: number
  /** After that it is not worth being sent, by the clock of this process. */
  readonly worthUntil: number | undefined
}

/** A part of a message: an update, or what was shed of a conversation. */
export interface Part {
  readonly packet: Drained<Numbered>
  readonly json: { readonly id: string }
  readonly bytes: number
}

/** Names what is sent, so that it is taken once however often it is sent. */
export function toPart(packet: Drained<Numbered>, nextId: () => string): Part {
  if (packet.item) return { packet, json: packet.item.update, bytes: packet.item.bytes }
  const json = { id: nextId(), conversationId: packet.loss.group, shed: packet.loss.counts }
  return { packet, json, bytes: jsonBytes(json) }
}

/** Losses of a conversation that follow each other are one; those that may have been taken as they are stay so. */
export function mergeLosses(parts: readonly Part[], isFixed: (part: Part) => boolean): readonly Part[] {
  const merged: Part[] = []
  for (const part of parts) {
    const last = merged.at(-1)
    const { loss } = part.packet
    const before = last?.packet.loss
    if (!last || !loss || !before || before.group !== loss.group || isFixed(last) || isFixed(part)) {
      merged.push(part)
      continue
    }
    const counts = addCounts(before.counts, loss.counts)
    merged[merged.length - 1] = toPart({ loss: { group: loss.group, counts } }, () => last.json.id)
  }
  return merged
}

/** As many of the first of them as fit into a message, at most so many and at least one. */
export function fitting(parts: readonly Part[], max: number): readonly Part[] {
  let bytes = 0
  const end = parts.findIndex((part, index) => {
    bytes += part.bytes
    return index > 0 && (index >= max || bytes > batchMaxBytes)
  })
  return end < 0 ? parts : parts.slice(0, end)
}

/** A part that was not taken. */
export interface Rejection {
  readonly index: number
  readonly code: string
  readonly message: string
}

/** What of a message was not taken. */
export function rejectionsIn(outcome: unknown): readonly Rejection[] {
  if (typeof outcome !== 'object' || outcome === null || !('rejected' in outcome)) return []
  return Array.isArray(outcome.rejected) ? (outcome.rejected as Rejection[]) : []
}

/** Whether a part is sent again. A span too many is not: it would hold up the ends that make room, and the next update tells all. */
export function isSentAgain(code: string): code is ErrorCode {
  return isErrorCode(code) && errorCodes[code].retryable && code !== 'TOO_MANY_REQUESTS'
}
