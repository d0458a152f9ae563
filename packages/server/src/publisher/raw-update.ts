import type { JsonText, Priority, Span } from '@telltale/contract'
import type { CategoryFacts } from './category-facts.ts'
import type { Conversation } from './conversations.ts'

/** An update as its producer said it, taken down and stamped, not yet checked. */
export interface RawUpdate {
  readonly conversation: Conversation
  readonly category: string
  readonly facts: CategoryFacts
  readonly text: string
  readonly metadata: JsonText
  readonly at: number
  readonly id?: string | undefined
  /** The app's own key. */
  readonly appKey?: string | undefined
  readonly priority?: Priority | undefined
  readonly dedupe?: string | undefined
  /** The whole state of the span it is an update of. */
  readonly span?: Span | undefined
  /** A later update of the span says all that this one says. */
  readonly isReplaceable?: boolean | undefined
  /** The span it was said in. */
  readonly spanId?: string | undefined
  /** Over the network text that is too long is refused; in process it is cut. */
  readonly isStrict: boolean
}
