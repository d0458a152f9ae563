import { createTelltale, jwtAccess, type Telltale } from '@telltale/server'

export function createServer(secret: string): Telltale {
  return createTelltale({
    access: jwtAccess({ secret, issuer: 'https://app.example.com', audience: 'telltale', lifetimeMaxSeconds: 900 }),
    origins: ['https://app.example.com'],
  })
}
