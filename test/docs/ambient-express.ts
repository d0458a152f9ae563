import express from 'express'
import { answer } from './ambient-answer.ts'
import { status } from './ambient-status.ts'

export const app = express()

app.use('/conversations/:id', (request, _response, next) => status.run(request.params.id, next))
app.use(express.json())

app.post('/conversations/:id/questions', async (request, response) => {
  response.json({ answer: await answer(request.body.question) })
})
