import { createSink, type TelemetrySink } from '@telltale/server'

export function createAudit(write: (line: string) => void): TelemetrySink {
  return createSink({
    'access.denied': ({ action, reason, userId, conversationId }) =>
      write(JSON.stringify({ audit: 'denied', action, reason, userId, conversationId })),
  })
}
