import { createTelltale, publicAccess } from '@telltale/server'
import type { Mounting } from './host.ts'

/** Our adapter, as an app mounts it under its own router. */
export function mountOurs({ server, router, createContext, limits }: Mounting): () => Promise<void> {
  const telltale = createTelltale({ access: publicAccess(), ...(limits && { limits }) })
  telltale.attach(server, { router, ...(createContext && { createContext }) })
  return () => telltale.close()
}
