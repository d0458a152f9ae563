import type { RequestListener, Server } from 'node:http'

interface Claim {
  readonly isOurs: (url: string) => boolean
  readonly answer: RequestListener
}

type Emit = (name: string | symbol, ...args: unknown[]) => boolean

const claimed = new WeakMap<Server, Set<Claim>>()
/** What we put in front of a server, and what stood there before. */
const ours = new WeakMap<Set<Claim>, { readonly emit: Emit; readonly before: PropertyDescriptor | undefined }>()

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
      // Somebody may have put theirs on top of ours since: then ours stays, and lets everything pass.
      if (claims.size === 0 && server.emit === ours.get(claims)?.emit) release(server, claims)
    },
  }
}

function claimAll(server: Server): Set<Claim> {
  const claims = new Set<Claim>()
  const emit = server.emit.bind(server) as Emit
  claimed.set(server, claims)
  const before = Object.getOwnPropertyDescriptor(server, 'emit')
  const dispatch: Emit = (name, ...args) => {
    if (name !== 'request') return emit(name, ...args)
    const [request, response] = args as Parameters<RequestListener>
    for (const claim of claims) {
      if (!claim.isOurs(request.url ?? '')) continue
      claim.answer(request, response)
      return true
    }
    if (emit(name, ...args)) return true
    const isNobodys = claims.size > 0 && server.listenerCount('request') === 0
    if (isNobodys && !response.headersSent && !response.writableEnded) response.writeHead(404).end()
    return false
  }
  server.emit = dispatch
  ours.set(claims, { emit: dispatch, before })
  return claims
}

function release(server: Server, claims: Set<Claim>): void {
  const before = ours.get(claims)?.before
  claimed.delete(server)
  // What stood there before shows again: on the server itself, or on the prototype.
  if (before) Object.defineProperty(server, 'emit', before)
  else Reflect.deleteProperty(server, 'emit')
}
