'use client'

import { createTelltaleReact } from './create.ts'

export type {
  PresenceMember,
  PresenceMeta,
  PresenceRequest,
  PresenceView,
  ReceivedUpdate,
  SpanNode,
  SpanTimes,
  StatusProgress,
  StatusRequest,
  StatusSnapshot,
  StatusUpdate,
  StreamView,
  TelltaleClient,
  UpdateInput,
} from '@telltale/client'
export { createTelltaleClient, isSpanEnd, spanTimes, TelltaleError } from '@telltale/client'
export type { CategoryHooks, StatusCategories } from './categories.ts'
export { type ConnectionView, createTelltaleReact, type TelltaleReact, type UsePresence } from './create.ts'
export type { TelltaleProviderProps } from './provider.tsx'
export type { SpanHooks, SpanView } from './spans.ts'

/** Hooks of the six default categories. */
export const {
  TelltaleProvider,
  useTelltaleClient,
  useConnection,
  useStatusStream,
  useStatusSpans,
  useStatusProgress,
  useStatusCategories,
  useSpan,
  usePresence,
  usePublishStatus,
  useStatusHistory,
} = createTelltaleReact()
