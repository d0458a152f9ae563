import type { Canary } from './canary.ts'

/** A gap goes out without its position, and takes the reader's place with it. */
export const untrackedFrame: Canary = {
  name: 'an untracked frame',
  file: 'packages/server/src/trpc/outbound.ts',
  from: "send(session, { ...reply, result: { type: 'data', id: position, data: { id: position, data: frame } } })",
  to: "const isGap = (frame as { type?: unknown }).type === 'gap'\n    send(session, { ...reply, result: isGap ? { type: 'data', data: frame } : { type: 'data', id: position, data: { id: position, data: frame } } })",
}
