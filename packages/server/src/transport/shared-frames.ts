import type { SharedText } from '../core/batch.ts'

const encoded = new WeakMap<SharedText, Map<string, Buffer>>()

/**
 * The bytes that all readers of a batch have in common: its updates and what closes the message behind them. Made once
 * for each way a router wraps its output, however many readers there are.
 */
export function sharedBytes(shared: SharedText, closing: string): Buffer {
  let byClosing = encoded.get(shared)
  if (!byClosing) {
    byClosing = new Map()
    encoded.set(shared, byClosing)
  }
  let bytes = byClosing.get(closing)
  if (!bytes) {
    bytes = Buffer.from(shared.text + closing)
    byClosing.set(closing, bytes)
  }
  return bytes
}
