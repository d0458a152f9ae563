import { formatTopic, type PositionedFrame, type PresenceFrame } from '@telltale/contract'
import { tracked } from '@trpc/server'
import type { z } from 'zod'
import type { PresenceTracker } from '../core/presence-tracker.ts'
import type { GuardedAccess } from '../transport/guarded-access.ts'
import { type ForeignTransport, requireAdmission, requireTransport, resolveCaller } from './context.ts'
import { presenceInput } from './inputs.ts'
import type { createRoot } from './root.ts'

/** What the procedure is made of. */
export interface PresenceParts extends Pick<ReturnType<typeof createRoot>, 'procedure'> {
  readonly presence: PresenceTracker
  readonly access: GuardedAccess
  readonly foreign: ForeignTransport
}

type Input = z.ZodType<{ conversationId: string }, { conversationId: string; lastEventId?: string | undefined }>

/** Builds `status.presence`: who watches a conversation, and who comes and goes. Whoever only asks that is no watcher. */
export function createPresence({ procedure, presence, access, foreign }: PresenceParts) {
  return procedure.input(presenceInput as unknown as Input).subscription(async ({ ctx, input, signal }) => {
    const caller = resolveCaller(ctx, foreign)
    requireTransport(caller, foreign, 'status.presence')
    const { conversationId } = input
    const admit = await requireAdmission(access, caller, 'presence', conversationId)
    const frames = presence.read(formatTopic('status', conversationId), {
      signal: signal ?? caller.session?.signal ?? new AbortController().signal,
      gate: caller.session?.gate ?? null,
      admit,
    })
    return allTracked(frames)
  })
}

/** One that is not tracked would erase the client's place. */
async function* allTracked(frames: AsyncIterable<PositionedFrame<PresenceFrame>>) {
  for await (const { position, frame } of frames) yield tracked(position, frame)
}
