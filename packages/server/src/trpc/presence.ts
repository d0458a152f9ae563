import { formatTopic, type PositionedFrame, type PresenceFrame } from '@telltale/contract'
import { tracked } from '@trpc/server'
import type { z } from 'zod'
import type { PresenceTracker } from '../core/presence-tracker.ts'
import type { Admit } from '../seams/permit.ts'
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
    const topic = formatTopic('status', conversationId)
    const gate = caller.session?.gate ?? null
    const callSignal = signal ?? caller.session?.signal
    const read = (ending: AbortSignal) =>
      presence.read(topic, { signal: callSignal ? AbortSignal.any([callSignal, ending]) : ending, gate })
    return readPermitted(admit, read)
  })
}

/** Reads until the leave to do so is over. */
async function* readPermitted(
  admit: Admit,
  read: (ending: AbortSignal) => AsyncIterable<PositionedFrame<PresenceFrame>>,
) {
  const ending = new AbortController()
  // Nothing comes in its place: it needs no name.
  const permit = admit('')
  permit.onOver = () => ending.abort()
  try {
    // One that is not tracked would erase the client's place.
    for await (const { position, frame } of read(ending.signal)) yield tracked(position, frame)
  } finally {
    permit.release()
  }
  if (permit.over !== null && permit.over !== 'replaced') throw permit.over
}
