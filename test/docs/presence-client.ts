import type { PresenceMember, TelltaleClient } from '@telltale/client'

export function greet(client: TelltaleClient, conversationId: string, say: (text: string) => void): () => void {
  const nameOf = ({ userId, info }: PresenceMember): string => String(info?.['name'] ?? userId)
  const subscription = client.presence({ conversationId }).subscribe({
    joined: (member) => say(`${nameOf(member)} is here`),
    left: (member) => say(`${nameOf(member)} went`),
    error: ({ code }) => say(`Nobody says who is here: ${code}`),
  })
  return () => subscription.unsubscribe()
}
