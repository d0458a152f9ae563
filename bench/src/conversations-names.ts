/** Who is compared: with one reader a conversation there is nothing to gather. */
export const conversationsContenders = ['raw-single', 'telltale'] as const
export type ConversationsContender = (typeof conversationsContenders)[number]

/** How a conversation is called, by its number. */
export const conversationOf = (index: number): string => `conversation-${index}`
