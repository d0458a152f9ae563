import closeWithGrace from 'close-with-grace'

/**
 * On the first signal calls `close` and ends the process with 0, or with 1 when that takes over 10 seconds; a second
 * signal ends it at once. Answers how to stop listening for signals.
 */
export function closeOnSignal(close: () => Promise<void>): () => void {
  // Faults go Node's own way: they are told with their stack and end with 1.
  const grace = closeWithGrace({ skip: ['beforeExit', 'uncaughtException', 'unhandledRejection'] }, close)
  return () => grace.uninstall()
}
