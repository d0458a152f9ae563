import type { Feed } from './use-feed.ts'

interface HoldButtonProps {
  readonly held: Feed['updates'] | null
  readonly updates: Feed['updates']
  readonly onHold: (updates: Feed['updates'] | null) => void
}

/** Holds the list still while one reads; what comes meanwhile is counted. */
export function HoldButton({ held, updates, onHold }: HoldButtonProps) {
  const last = held?.at(-1)?.id
  const newer = held ? updates.length - 1 - updates.findLastIndex(({ id }) => id === last) : 0
  return (
    <button
      type="button"
      className="quiet"
      aria-pressed={held !== null}
      disabled={updates.length === 0}
      onClick={() => onHold(held ? null : updates)}
    >
      {held ? `Go on, ${newer} newer` : 'Hold'}
    </button>
  )
}
