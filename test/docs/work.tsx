import { type SpanNode, useSpan, useStatusSpans } from '@telltale/react'

export function Work({ conversationId }: { conversationId: string }) {
  const spans = useStatusSpans({ conversationId })
  return <List conversationId={conversationId} spans={spans} />
}

function List({ conversationId, spans }: { conversationId: string; spans: readonly SpanNode[] }) {
  return (
    <ul>
      {spans.map(({ id }) => (
        <Item key={id} conversationId={conversationId} id={id} />
      ))}
    </ul>
  )
}

function Item({ conversationId, id }: { conversationId: string; id: string }) {
  const view = useSpan(id, { conversationId })
  if (!view) return null
  const { span, quietMs } = view
  const isQuiet = quietMs !== null && quietMs > 5_000
  return (
    <li>
      {span.name}: {span.state} {span.progress?.percent}
      {isQuiet && ` quiet for ${Math.round(quietMs / 1_000)} s`}
      <List conversationId={conversationId} spans={span.children} />
    </li>
  )
}
