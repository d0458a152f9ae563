import { useStatusCategories } from '@telltale/react'

const carried = ['engine', 'tool', 'error'] as const

export function Choice({ conversationId }: { conversationId: string }) {
  const request = { conversationId, categories: carried }
  const { categories, available, subscribeCategories, unsubscribeCategories } = useStatusCategories(request)
  return available.map((category) => (
    <label key={category}>
      <input
        type="checkbox"
        checked={categories.includes(category)}
        onChange={({ target }) => {
          const change = target.checked ? subscribeCategories : unsubscribeCategories
          change([category]).catch((error: unknown) => alert(`Not now: ${String(error)}`))
        }}
      />
      {category}
    </label>
  ))
}
