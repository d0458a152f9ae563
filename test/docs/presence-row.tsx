import { usePresence } from '@telltale/react'

export function Watchers({ conversationId }: { conversationId: string }) {
  const { members, isLive } = usePresence({ conversationId })
  return (
    <ul style={{ opacity: isLive ? 1 : 0.5 }}>
      {members.map(({ userId, info, metas }) => (
        <li key={userId}>
          {String(info?.['name'] ?? userId)}
          {metas.length > 1 && ` in ${metas.length} windows`}
        </li>
      ))}
    </ul>
  )
}
