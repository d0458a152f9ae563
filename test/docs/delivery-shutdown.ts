import type { Telltale } from '@telltale/server'

export function closeOnSignal(telltale: Telltale): void {
  // Once: a second signal ends the process there and then, as it would without us.
  process.once('SIGTERM', () => void telltale.close({ drainMs: 8_000 }).then(() => process.exit(0)))
}
