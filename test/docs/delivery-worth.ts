import type { Telltale } from '@telltale/server'

export function hint(telltale: Telltale, conversationId: string, seconds: number): void {
  const text = `About ${seconds} s left`
  telltale.status.update(conversationId, 'info', text, {}, { ttlMs: 2_000, priority: 'low', key: 'time left' })
}
