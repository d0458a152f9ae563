import type { Category } from '../categories.ts'

/** A field of the form that becomes a key of the metadata. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'number' | 'yes-no'
}

/** What is typed into the form for one category; fields that are empty are not sent. */
export interface Draft {
  readonly text: string
  readonly values: Readonly<Record<string, string>>
}

const text = (name: string, label: string): Field => ({ name, label, kind: 'text' })
const number = (name: string, label: string): Field => ({ name, label, kind: 'number' })

export const fieldsOf: Record<Category, readonly Field[]> = {
  engine: [text('engine', 'Engine'), text('model', 'Model'), number('durationMs', 'Duration, ms')],
  tool: [text('tool', 'Tool'), text('query', 'Query'), number('durationMs', 'Duration, ms')],
  workflow: [
    text('workflow', 'Workflow'),
    number('completedSteps', 'Steps done'),
    number('totalSteps', 'Steps in all'),
  ],
  progress: [number('current', 'Current'), number('total', 'Total'), text('unit', 'Unit')],
  error: [text('type', 'Error type'), text('code', 'Code'), { name: 'retryable', label: 'Retryable', kind: 'yes-no' }],
  info: [text('source', 'Source')],
}

/** What the form begins with, so that publishing is one click. */
export const examples: Record<Category, Draft> = {
  engine: { text: 'Reading the question', values: { engine: 'planner', model: 'large-2', durationMs: '840' } },
  tool: { text: 'Searching the web', values: { tool: 'web_search', query: 'tide tables', durationMs: '' } },
  workflow: { text: 'Comparing sources', values: { workflow: 'research', completedSteps: '2', totalSteps: '4' } },
  progress: { text: 'Reading pages', values: { current: '3', total: '10', unit: 'pages' } },
  error: { text: 'The search did not answer', values: { type: 'Timeout', code: '504', retryable: 'yes' } },
  info: { text: 'Two sources disagree', values: { source: 'fact check' } },
}
