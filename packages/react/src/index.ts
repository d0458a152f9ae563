'use client'

import { createTelltaleReact } from './create.ts'

export type {
  StatusRequest,
  StatusSnapshot,
  StatusUpdate,
  StreamView,
  TelltaleClient,
  UpdateInput,
} from '@telltale/client'
export { createTelltaleClient, TelltaleError } from '@telltale/client'
export { type ConnectionView, createTelltaleReact, type TelltaleReact } from './create.ts'
export type { TelltaleProviderProps } from './provider.tsx'

/** Hooks of the six default categories. */
export const {
  TelltaleProvider,
  useTelltaleClient,
  useConnection,
  useStatusStream,
  usePublishStatus,
  useStatusHistory,
} = createTelltaleReact()
