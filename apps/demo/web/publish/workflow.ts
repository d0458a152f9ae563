import type { UpdateInput } from '@telltale/contract/wire'

/** One thing a workflow says, and how long it works before it says it. */
export interface Step {
  readonly afterMs: number
  readonly update: UpdateInput
}

/** `Omit` alone would make one type of the six. */
type WithoutConversation<TUpdate> = TUpdate extends unknown ? Omit<TUpdate, 'conversationId'> : never

const workflow = 'research'
const totalSteps = 4
const pages = 8

/** What an AI app would say while it answers a question: six seconds, with a failure that is got over. */
export function* researchWorkflow(conversationId: string): Generator<Step, void, undefined> {
  const say = (afterMs: number, update: WithoutConversation<UpdateInput>): Step => ({
    afterMs,
    update: { ...update, conversationId },
  })
  const step = (completedSteps: number, text: string): Step =>
    say(150, { category: 'workflow', text, metadata: { workflow, completedSteps, totalSteps } })

  yield step(0, 'Research started')
  yield say(300, { category: 'engine', text: 'Planning the search', metadata: { engine: 'planner', model: 'large-2' } })
  yield say(700, {
    category: 'tool',
    text: 'Searching the web',
    metadata: { tool: 'web_search', query: 'spring tides' },
  })
  yield say(900, {
    category: 'error',
    text: 'The search did not answer',
    metadata: { type: 'Timeout', code: 504, retryable: true },
  })
  yield say(400, {
    category: 'tool',
    text: 'Searching the web again',
    metadata: { tool: 'web_search', attempt: 2, resultCount: pages },
  })
  yield step(1, 'Sources found')
  for (let current = 1; current <= pages; current++) {
    yield say(180, {
      category: 'progress',
      text: `Reading page ${current}`,
      key: 'pages',
      metadata: { current, total: pages, unit: 'pages' },
    })
  }
  yield step(2, 'Sources read')
  yield say(500, { category: 'info', text: 'Two sources disagree', metadata: { source: 'fact check', sources: 2 } })
  yield step(3, 'Facts compared')
  yield say(900, {
    category: 'engine',
    text: 'Wrote the answer',
    metadata: { engine: 'writer', model: 'large-2', 'gen_ai.usage.output_tokens': 412, durationMs: 900 },
  })
  yield step(totalSteps, 'Research finished')
}
