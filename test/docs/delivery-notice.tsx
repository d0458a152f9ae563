import { useStatusStream } from '@telltale/react'

export function Notice({ conversationId }: { conversationId: string }) {
  const { connection, integrity, missed, isMissedExact, error } = useStatusStream({ conversationId })
  if (error) return <p role="alert">This is over: {error.code}</p>
  if (connection !== 'open') return <p role="status">Not connected: what you see may be old</p>
  if (integrity === 'catching-up') return <p role="status">Catching up</p>
  if (missed === 0 && isMissedExact) return null
  return (
    <p role="status">
      {isMissedExact ? '' : 'At least '}
      {missed} updates did not reach you
    </p>
  )
}
