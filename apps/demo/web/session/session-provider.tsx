import { TelltaleProvider } from '@telltale/react'
import type { ReactNode } from 'react'
import { useSession } from './use-session.ts'

/** Gives the session's client to the page. */
export function SessionProvider({ children }: { children: ReactNode }) {
  return <TelltaleProvider client={useSession().client}>{children}</TelltaleProvider>
}
