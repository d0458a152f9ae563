import { useStatusStream } from '@telltale/react'

export function Activity({ conversationId }: { conversationId: string }) {
  const { updates, connection, missed } = useStatusStream({ conversationId, from: { last: 50 } })
  return (
    <ol data-connection={connection} data-missed={missed}>
      {updates.map((update) => (
        <li key={update.id}>{update.text}</li>
      ))}
    </ol>
  )
}
