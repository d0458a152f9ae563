import { useSyncExternalStore } from 'react'
import { type Session, sessions } from './session.ts'

/** The session of this tab. */
export function useSession(): Session {
  return useSyncExternalStore(sessions.subscribe, sessions.getSnapshot)
}
