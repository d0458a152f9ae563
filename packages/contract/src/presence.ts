import type { JsonObject } from './json.ts'

/** One connection that watches a conversation, however many streams it has there. */
export interface PresenceMeta {
  /** Names the connection to those who watch with it, and is good for nothing else. */
  readonly connectionId: string
  /** When it began to watch, ISO 8601. */
  readonly joinedAt: string
  readonly transport: 'websocket' | 'sse'
}

/** A user who watches a conversation. */
export interface PresenceMember {
  readonly userId: string
  /** What the app tells others of the user, as its newest connection has it; absent when it tells nothing. */
  readonly info?: JsonObject
  /** The user's connections, the oldest first; never empty. */
  readonly metas: readonly PresenceMeta[]
}

/** Everybody who watches: the first frame, and whenever a reader was too far behind for a `diff`. */
export interface PresenceStateFrame {
  readonly type: 'state'
  /** In the order of their user ids. */
  readonly members: readonly PresenceMember[]
}

/**
 * What changed since the frame before: first the leaves, then the joins. The metas are those that changed and no others;
 * `info` is the member's after the change, or its last when it is gone.
 */
export interface PresenceDiffFrame {
  readonly type: 'diff'
  readonly joins: readonly PresenceMember[]
  readonly leaves: readonly PresenceMember[]
}

/** What one yield of `status.presence` carries. Frames of other types may come later and are no fault. */
export type PresenceFrame = PresenceStateFrame | PresenceDiffFrame

/** Whether a value from the wire is a frame of presence of a type known here. */
export function isPresenceFrame(value: unknown): value is PresenceFrame {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  if (value.type === 'state') return 'members' in value && Array.isArray(value.members)
  return (
    value.type === 'diff' &&
    'joins' in value &&
    Array.isArray(value.joins) &&
    'leaves' in value &&
    Array.isArray(value.leaves)
  )
}

/**
 * Who watches after a frame. Pure; members that did not change are the same objects. The same diff twice is the same as
 * once, and a leave of somebody who is not there changes nothing.
 *
 * @example
 * ```ts
 * let members: readonly PresenceMember[] = []
 * const onFrame = (frame: PresenceFrame) => (members = applyPresence(members, frame))
 * ```
 */
export function applyPresence(members: readonly PresenceMember[], frame: PresenceFrame): readonly PresenceMember[] {
  if (frame.type === 'state') return frame.members
  const byUser = new Map(members.map((member) => [member.userId, member]))
  for (const left of frame.leaves) {
    const metas = without(byUser.get(left.userId), left)
    if (metas.length > 0) byUser.set(left.userId, memberOf(left, metas))
    else byUser.delete(left.userId)
  }
  for (const joined of frame.joins) {
    const metas = [...without(byUser.get(joined.userId), joined), ...joined.metas].sort(comparePresenceMetas)
    byUser.set(joined.userId, memberOf(joined, metas))
  }
  return [...byUser.values()].sort((a, b) => compare(a.userId, b.userId))
}

/** Orders connections by age, the oldest first. */
export function comparePresenceMetas(a: PresenceMeta, b: PresenceMeta): number {
  return compare(a.joinedAt, b.joinedAt) || compare(a.connectionId, b.connectionId)
}

/** The metas of a member but for those that changed. */
function without(member: PresenceMember | undefined, changed: PresenceMember): readonly PresenceMeta[] {
  const ids = new Set(changed.metas.map(({ connectionId }) => connectionId))
  return member?.metas.filter(({ connectionId }) => !ids.has(connectionId)) ?? []
}

function memberOf({ userId, info }: PresenceMember, metas: readonly PresenceMeta[]): PresenceMember {
  return { userId, ...(info && { info }), metas }
}

// By code units, so that it is the same order everywhere.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
