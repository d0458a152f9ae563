import express from 'express'
import { answer } from './ambient-answer.ts'
import { status } from './ambient-status.ts'

export const app = express()
const conversation = express.Router({ mergeParams: true })

app.use('/conversations/:id', (request, _response, next) => status.run(request.params.id, next), conversation)

conversation.use(express.json())
conversation.post('/questions', async (request, response) => {
  response.json({ answer: await answer(request.body.question) })
})
