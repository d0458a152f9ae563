import { fileURLToPath } from 'node:url'

/** Where the demo listens, and which page it shows. */
export interface Settings {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
  /** The folder of the built page. */
  readonly pageDir: string
}

/** Reads `PORT` (4000), `HOST` (this machine only) and `PAGE_DIR` (what `vite build` writes). Throws for a malformed port. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const port = Number(env['PORT'] || 4_000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT must be a number from 0 to 65535, not ${env['PORT']}`)
  }
  return {
    port,
    host: env['HOST'] || '127.0.0.1',
    pageDir: env['PAGE_DIR'] || fileURLToPath(new URL('../dist', import.meta.url)),
  }
}
