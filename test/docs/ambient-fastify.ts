import Fastify from 'fastify'
import { answer } from './ambient-answer.ts'
import { status } from './ambient-status.ts'

type Question = { Params: { id: string }; Body: { question: string } }

export const app = Fastify()

app.addHook<{ Params: { id: string } }>('preHandler', ({ params }, _reply, done) => status.run(params.id, done))

app.post<Question>('/conversations/:id/questions', async ({ body }) => ({ answer: await answer(body.question) }))
