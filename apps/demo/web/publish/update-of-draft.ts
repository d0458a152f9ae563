import type { UpdateInput } from '@telltale/contract/wire'
import type { Category } from '../categories.ts'
import type { Draft } from './fields.ts'

/** The update that a filled form means. What the server would refuse is sent as it is: its answer says why. */
export function updateOfDraft(conversationId: string, category: Category, { text, values }: Draft): UpdateInput {
  const base = { conversationId, text }
  const say = (name: string) => textOf(values[name])
  const count = (name: string) => numberOf(values[name])
  switch (category) {
    case 'engine':
      return {
        ...base,
        category,
        metadata: { engine: say('engine'), model: say('model'), durationMs: count('durationMs') },
      }
    case 'tool':
      return {
        ...base,
        category,
        metadata: { tool: say('tool'), query: say('query'), durationMs: count('durationMs') },
      }
    case 'workflow':
      return {
        ...base,
        category,
        metadata: {
          workflow: say('workflow'),
          completedSteps: count('completedSteps'),
          totalSteps: count('totalSteps'),
        },
      }
    case 'progress':
      return { ...base, category, metadata: { current: count('current'), total: count('total'), unit: say('unit') } }
    case 'error':
      return {
        ...base,
        category,
        metadata: { type: say('type'), code: say('code'), retryable: values['retryable'] === 'yes' },
      }
    case 'info':
      return { ...base, category, metadata: { source: say('source') } }
  }
}

function textOf(value: string | undefined): string | undefined {
  return value?.trim() || undefined
}

function numberOf(value: string | undefined): number | undefined {
  return value ? Number(value) : undefined
}
