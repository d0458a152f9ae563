import type { StreamView } from '@telltale/react'
import './stream-strip.css'

type Health = Pick<StreamView, 'connection' | 'integrity' | 'missed' | 'isMissedExact' | 'position' | 'updates'>

/** How far the list can be trusted, as the hook says it. */
export function StreamStrip({ connection, integrity, position, updates, ...missing }: Health) {
  const isWhole = missing.missed === 0 && missing.isMissedExact
  return (
    <dl className="stream-strip" aria-label="State of the stream">
      <Reading name="connection" value={connection} tone={connection === 'open' ? 'good' : 'warn'} />
      <Reading name="integrity" value={integrity} tone={integrity === 'live' ? 'good' : 'warn'} />
      <Reading name="missed" value={missedOf(missing)} tone={isWhole ? 'good' : 'warn'} />
      <Reading name="position" value={String(updates.at(-1)?.offset ?? 0)} title={position ?? undefined} />
    </dl>
  )
}

interface ReadingProps {
  readonly name: string
  readonly value: string
  readonly tone?: 'good' | 'warn'
  readonly title?: string | undefined
}

function Reading({ name, value, tone, title }: ReadingProps) {
  return (
    <div className="reading" data-reading={name} data-tone={tone} title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function missedOf({ missed, isMissedExact }: Pick<Health, 'missed' | 'isMissedExact'>): string {
  if (isMissedExact) return String(missed)
  return missed === 0 ? 'unknown' : `${missed} or more`
}
