import type { Fraction } from './fraction-of.ts'
import './fraction-bar.css'

interface FractionBarProps {
  readonly fraction: Fraction
  /** Without words where they stand beside it already. */
  readonly isBare?: boolean
}

/** How far something is, drawn and in words. */
export function FractionBar({ fraction: { done, total, label }, isBare = false }: FractionBarProps) {
  return (
    <div className="fraction-bar">
      <progress value={done} max={total} aria-label={label} />
      {!isBare && (
        <span aria-hidden="true">
          <bdi>{label}</bdi>
        </span>
      )}
    </div>
  )
}
