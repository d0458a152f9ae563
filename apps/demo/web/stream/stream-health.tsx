import type { StreamView } from '@telltale/react'
import './stream-health.css'

type Health = Pick<StreamView, 'connection' | 'integrity' | 'missed' | 'isMissedExact' | 'position'>

/** How far the list can be trusted: as the hook says it, and as a sentence. */
export function StreamHealth(health: Health) {
  const { connection, integrity } = health
  return (
    <section className="panel stream-health" aria-label="State of the stream">
      <p role="status">{sentenceOf(health)}</p>
      <dl>
        <Reading name="connection" value={connection} tone={connection === 'open' ? 'good' : 'warn'} />
        <Reading name="integrity" value={integrity} tone={integrity === 'live' ? 'good' : 'warn'} />
        <Reading name="missed" value={missedOf(health)} tone={isWhole(health) ? 'good' : 'warn'} />
      </dl>
    </section>
  )
}

function Reading({ name, value, tone }: { name: string; value: string; tone: 'good' | 'warn' }) {
  return (
    <div className="reading" data-tone={tone}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function isWhole({ missed, isMissedExact }: Health): boolean {
  return missed === 0 && isMissedExact
}

function missedOf({ missed, isMissedExact }: Health): string {
  if (isMissedExact) return String(missed)
  return missed === 0 ? 'unknown' : `${missed} or more`
}

function sentenceOf(health: Health): string {
  const { connection, integrity, position } = health
  if (connection === 'closed') return 'The connection is closed.'
  if (connection !== 'open') return position === null ? 'Connecting.' : 'Connecting. The list shows what came before.'
  if (integrity === 'gap') return 'Something was missed and is being repaired.'
  if (integrity === 'catching-up') return 'Catching up with what was said before.'
  if (isWhole(health)) return 'Live, and nothing was missed.'
  return 'Live. What was missed is marked in the list.'
}
