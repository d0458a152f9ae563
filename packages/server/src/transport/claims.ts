import type { RequestListener, Server } from 'node:http'

interface Claim {
  readonly isOurs: (url: string) => boolean
  readonly answer: RequestListener
}

const claimed = new WeakMap<Server, Set<Claim>>()

/**
 * Takes the requests of some URLs out of a server's hands, before any of its listeners hears of them, whenever those were
 * added; everything else stays as it was. What nobody would answer is answered with 404, for it would hang for ever.
 */
export function claimRequests(
  server: Server,
  isOurs: (url: string) => boolean,
  answer: RequestListener,
): { detach(): void } {
  const claims = claimed.get(server) ?? claimAll(server)
  const claim: Claim = { isOurs, answer }
  claims.add(claim)
  return {
    detach() {
      claims.delete(claim)
      if (claims.size > 0 || claimed.get(server) !== claims) return
      claimed.delete(server)
      // What stands on the prototype shows again.
      Reflect.deleteProperty(server, 'emit')
    },
  }
}

function claimAll(server: Server): Set<Claim> {
  const claims = new Set<Claim>()
  const emit = server.emit.bind(server) as (name: string | symbol, ...args: unknown[]) => boolean
  claimed.set(server, claims)
  server.emit = (name: string | symbol, ...args: unknown[]): boolean => {
    if (name !== 'request') return emit(name, ...args)
    const [request, response] = args as Parameters<RequestListener>
    for (const claim of claims) {
      if (!claim.isOurs(request.url ?? '')) continue
      claim.answer(request, response)
      return true
    }
    if (emit(name, ...args)) return true
    response.writeHead(404).end()
    return false
  }
  return claims
}
