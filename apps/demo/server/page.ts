import { existsSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import sirv from 'sirv'

/** The page shows what strangers write: it may load nothing that it did not bring along, and nobody may frame it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Serves the built page. Throws when it was not built. */
export function servePage(directory: string): RequestListener {
  if (!existsSync(join(directory, 'index.html'))) throw new Error('the page is not built: npm run setup builds it')
  const files = sirv(directory, {
    etag: true,
    setHeaders(response, path) {
      // The names of the assets change with what is in them; the page itself is asked for anew.
      response.setHeader('cache-control', path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache')
      response.setHeader('content-security-policy', policy)
      response.setHeader('x-content-type-options', 'nosniff')
      response.setHeader('referrer-policy', 'no-referrer')
    },
  })
  return (request, response) => files(request, response)
}
