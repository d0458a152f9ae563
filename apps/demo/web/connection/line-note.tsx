import { useEffect, useState, useSyncExternalStore } from 'react'
import type { CatchUp } from './catch-up.ts'
import { scissors } from './scissors.ts'
import './line-note.css'

/** What became of a line that was cut: away, catching up, caught up. */
export function LineNote({ catchUp }: { catchUp: CatchUp }) {
  const isCut = useSyncExternalStore(scissors.mendsAt.subscribe, scissors.mendsAt.getSnapshot) !== null
  const isWhole = catchUp.phase === 'caught-up' && catchUp.missed === 0
  return (
    <div className="line-note" data-phase={catchUp.phase} data-whole={isWhole}>
      <p role="status">{sentenceOf(catchUp, isCut)}</p>
      {catchUp.phase === 'away' && <Countdown />}
    </div>
  )
}

/** Not heard, only seen: nobody wants each second read out. */
function Countdown() {
  const mendsAt = useSyncExternalStore(scissors.mendsAt.subscribe, scissors.mendsAt.getSnapshot)
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (mendsAt === null) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [mendsAt])
  const text = mendsAt === null ? 'Connecting…' : `back in ${Math.max(1, Math.ceil((mendsAt - now) / 1_000))} s`
  return <span aria-hidden="true">{text}</span>
}

function sentenceOf(catchUp: CatchUp, isCut: boolean): string {
  switch (catchUp.phase) {
    case 'steady':
      return ''
    case 'away':
      // Only of a line that was cut here is it known that the server goes on.
      return isCut ? 'The line is down. The work goes on at the server, unheard.' : 'The line is down.'
    case 'catching-up':
      return `Catching up: ${updatesOf(catchUp.count)} so far`
    case 'caught-up': {
      const { lateIds, missed } = catchUp
      const came = `${updatesOf(lateIds.size)} came while you were away`
      return `${lateIds.size === 0 ? 'Back' : 'Caught up'}: ${came}, ${missingOf(missed)}.`
    }
  }
}

function missingOf(missed: number | null): string {
  if (missed === null) return 'and it cannot be known how many are missing'
  return missed === 0 ? 'none is missing' : `${missed} more ${missed === 1 ? 'is' : 'are'} missing`
}

function updatesOf(count: number): string {
  if (count === 0) return 'nothing'
  return count === 1 ? '1 update' : `${count} updates`
}
