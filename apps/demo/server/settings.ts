import { fileURLToPath } from 'node:url'

/** Where the demo listens, and which page it shows. */
export interface Settings {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  /** The folder of the built page. */
  readonly pageDir: string
  /** How long the token of somebody who signed in is good, in seconds. */
  readonly tokenSeconds: number
}

/**
 * Reads `PORT` (4000), `HOST` (this machine only), `PAGE_DIR` (what `vite build` writes) and `TOKEN_SECONDS` (300). Throws
 * for malformed numbers.
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const port = Number(env['PORT'] || 4_000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT must be a number from 0 to 65535, not ${env['PORT']}`)
  }
  const tokenSeconds = Number(env['TOKEN_SECONDS'] || 300)
  if (!Number.isInteger(tokenSeconds) || tokenSeconds < 5 || tokenSeconds > 86_400) {
    throw new Error(`TOKEN_SECONDS must be a number from 5 to 86400, not ${env['TOKEN_SECONDS']}`)
  }
  return {
    port,
    host: env['HOST'] || '127.0.0.1',
    tokenSeconds,
    pageDir: env['PAGE_DIR'] || fileURLToPath(new URL('../dist', import.meta.url)),
  }
}
