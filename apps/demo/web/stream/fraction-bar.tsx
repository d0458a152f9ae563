import type { Fraction } from './fraction-of.ts'
import './fraction-bar.css'

/** How far something is, drawn and in words. */
export function FractionBar({ fraction: { done, total, label } }: { fraction: Fraction }) {
  return (
    <div className="fraction-bar">
      <progress value={done} max={total} aria-label={label} />
      <span aria-hidden="true">
        <bdi>{label}</bdi>
      </span>
    </div>
  )
}
