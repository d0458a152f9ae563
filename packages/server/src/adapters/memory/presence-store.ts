import type { Topic } from '@telltale/contract'
import type { PresenceChange, PresenceEntry, PresenceStore } from '../../seams/presence-store.ts'

interface Room {
  /** By connection. */
  readonly entries: Map<string, PresenceEntry>
  readonly listeners: Set<(change: PresenceChange) => void>
}

/** Keeps who watches in this process. One node only. */
export function memoryPresenceStore(): PresenceStore {
  const rooms = new Map<Topic, Room>()

  function use<T>(topic: Topic, action: (room: Room) => T): T {
    const room = rooms.get(topic) ?? { entries: new Map(), listeners: new Set() }
    rooms.set(topic, room)
    const result = action(room)
    if (room.entries.size === 0 && room.listeners.size === 0) rooms.delete(topic)
    return result
  }

  function tell(room: Room, change: PresenceChange): void {
    for (const listener of room.listeners) listener(change)
  }

  function remove(room: Room, entry: PresenceEntry): void {
    room.entries.delete(entry.meta.connectionId)
    tell(room, { type: 'leave', entry })
  }

  return {
    join: (topic, entry) =>
      use(topic, (room) => {
        const known = room.entries.get(entry.meta.connectionId)
        if (known && known.generation >= entry.generation) return
        if (known) remove(room, known)
        room.entries.set(entry.meta.connectionId, entry)
        tell(room, { type: 'join', entry })
      }),
    leave: (topic, connectionId, generation) =>
      use(topic, (room) => {
        const known = room.entries.get(connectionId)
        if (known?.generation === generation) remove(room, known)
      }),
    entries: (topic) => [...(rooms.get(topic)?.entries.values() ?? [])],
    watch: (topic, listener) =>
      use(topic, (room) => {
        room.listeners.add(listener)
        return () => use(topic, (current) => void current.listeners.delete(listener))
      }),
    dispose: () => rooms.clear(),
  }
}
