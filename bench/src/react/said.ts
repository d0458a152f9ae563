import type { DraftMetadata } from '../update.ts'

/** An update as the producer says it, for both pages. */
export interface Saying {
  readonly category: 'info' | 'progress'
  readonly text: string
  readonly metadata: Metadata
}

type Metadata = Readonly<Record<string, string | number>> &
  Pick<DraftMetadata, 'seq' | 'tool' | 'query' | 'resultCount'>

export const conversationId = 'conversation-7'
/** The page lists so many. */
export const rowsMax = 50

/** Every so many-th update moves the bar. */
const progressEvery = 10
const total = 1_000

/** What is said with a number, from 1: each text is another, so that each row has to be drawn. */
export function sayingOf(number: number): Saying {
  const metadata = { seq: number, tool: 'web_search', query: 'tide tables', resultCount: 10 }
  if (number % progressEvery > 0) {
    return { category: 'info', text: `Read result ${number}`, metadata }
  }
  const current = (number / progressEvery) % total
  return { category: 'progress', text: `${current} of ${total} pages`, metadata: { ...metadata, current, total } }
}
