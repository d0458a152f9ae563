import { transformer } from '@telltale/contract'
import { initTRPC, TRPCError } from '@trpc/server'
import type { Random } from '../async/random.ts'
import type { Emit } from '../telemetry/events.ts'
import type { ConnectionLimits } from '../transport/limits.ts'
import { createSafeErrors, shapeError, toTrpcError } from './errors.ts'

/**
 * Our tRPC root, and the procedure all of ours begin from. Its errors are made safe before any formatter sees them, so
 * that they are safe in an app's own router too, whose root knows nothing of us.
 */
export function createRoot(parts: {
  emit: Emit
  random: Random
  limits: Pick<ConnectionLimits, 'pingIntervalMs' | 'deadAfterMs'>
}) {
  const toSafe = createSafeErrors(parts.emit, parts.random)
  const t = initTRPC.context<object>().create({
    transformer,
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: parts.limits.pingIntervalMs },
      client: { reconnectAfterInactivityMs: parts.limits.deadAfterMs },
    },
    // For what fails before a procedure runs: a path that does not exist, a message that cannot be read.
    errorFormatter: ({ shape, error }) =>
      error.cause === undefined && error.code !== 'INTERNAL_SERVER_ERROR'
        ? {
            ...shape,
            message: shape.message.slice(0, 160),
            data: { ...shape.data, path: shape.data.path?.slice(0, 64) },
          }
        : shapeError(shape, toSafe(error, shape.data.path ?? '')),
  })
  const procedure = t.procedure
    .errors(({ shape, error }) => shapeError(shape, toSafe(error, shape.data.path ?? '')))
    .use(async ({ next, path }) => {
      const result = await next()
      if (result.ok) return result
      if (result.error instanceof TRPCError && result.error.cause === undefined && result.error.code === 'NOT_FOUND')
        throw result.error
      throw toTrpcError(toSafe(result.error, path))
    })
  return { t, procedure }
}
