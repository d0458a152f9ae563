import { useSyncExternalStore } from 'react'
import { scissors } from './scissors.ts'

const cutMs = 6_000

/** Cuts the line for a few seconds. */
export function CutButton() {
  const isCut = useSyncExternalStore(scissors.mendsAt.subscribe, scissors.mendsAt.getSnapshot) !== null
  return (
    // Not disabled while it is cut: it would lose the focus. To cut again does nothing.
    <button type="button" className="cut-button" aria-disabled={isCut} onClick={() => scissors.cut(cutMs)}>
      <svg className="line-icon" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="3.8" cy="4" r="2" />
        <circle cx="3.8" cy="12" r="2" />
        <path d="M5.5 5.2 14 12M5.5 10.8 14 4" />
      </svg>
      {isCut ? (
        'Cut off'
      ) : (
        <>
          Cut me off<span className="only-heard">: cut the connection</span>
        </>
      )}
    </button>
  )
}
