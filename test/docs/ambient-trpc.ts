import { initTRPC } from '@trpc/server'
import { z } from 'zod'
import { answer } from './ambient-answer.ts'
import { status } from './ambient-status.ts'

const t = initTRPC.create()

const inConversation = t.procedure
  .input(z.object({ conversationId: z.string() }))
  .use(({ input, next }) => status.run(input.conversationId, () => next()))

export const appRouter = t.router({
  ask: inConversation.input(z.object({ question: z.string() })).mutation(({ input }) => answer(input.question)),
})
