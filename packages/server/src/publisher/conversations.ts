import { isTopicId, type Topic } from '@telltale/contract'

/** What all updates of a conversation have in common, made once. */
export class Conversation {
  readonly id: string
  readonly topic: Topic
  /** Whether a conversation can have that name. */
  readonly isValid: boolean
  readonly #middles = new Map<string, string>()

  constructor(id: string) {
    this.id = id
    this.topic = `status:${id}`
    this.isValid = isTopicId(id)
  }

  /** What stands between the id and the text of an update's JSON, with the quotes next to them. Names of conversations and categories need no escaping. */
  middleOf(category: string): string {
    let middle = this.#middles.get(category)
    if (middle === undefined) {
      middle = `","conversationId":"${this.id}","category":"${category}","text":"`
      this.#middles.set(category, middle)
    }
    return middle
  }
}

/** Most conversations that are remembered. */
const conversationsMax = 10_000

/** The conversations that were spoken of. */
export class Conversations {
  readonly #known = new Map<string, Conversation>()

  /** Takes names of any length and kind; only those that can be are remembered. */
  of(id: string): Conversation {
    const known = this.#known.get(id)
    if (known) return known
    const conversation = new Conversation(id)
    if (conversation.isValid) {
      if (this.#known.size >= conversationsMax) this.#known.clear()
      this.#known.set(id, conversation)
    }
    return conversation
  }
}
