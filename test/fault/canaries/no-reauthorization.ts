import type { Canary } from './canary.ts'

/** What was taken back ends no stream that is open. */
export const noReauthorization: Canary = {
  name: 'no re-authorization',
  file: 'packages/server/src/transport/permits.ts',
  from: 'for (const permit of open) permit.end(notFound())',
  to: 'void notFound',
}
