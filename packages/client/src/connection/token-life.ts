/** How long a token has still to live, in milliseconds; `null` when it does not say. Pure. */
export function remainingLife(token: string, nowMs: number): number | null {
  const { exp, iat } = claimsOf(token)
  if (typeof exp !== 'number') return null
  const remainingMs = exp * 1_000 - nowMs
  if (typeof iat !== 'number') return Math.max(0, remainingMs)
  const lifeMs = (exp - iat) * 1_000
  // By a clock that is wrong it would be dead, or not be born yet: then it is as good as new.
  return remainingMs > 0 && remainingMs <= lifeMs ? remainingMs : Math.max(0, lifeMs)
}

/** What a JSON Web Token says, unchecked: the server checks it (RFC 7519, section 7.2). Anything else says nothing. */
function claimsOf(token: string): { readonly exp?: unknown; readonly iat?: unknown } {
  try {
    const body = token.split('.')[1] ?? ''
    const claims: unknown = JSON.parse(atob(body.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof claims === 'object' && claims !== null ? claims : {}
  } catch {
    return {}
  }
}
