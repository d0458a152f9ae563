import { createRequire } from 'node:module'

/**
 * The WebSocket class of the package `ws`, loaded by Node itself: under jsdom its browser stub would be found, and the
 * class that jsdom has fires events that Node does not know.
 */
export const NodeSocket = createRequire(import.meta.url)('ws') as typeof WebSocket
