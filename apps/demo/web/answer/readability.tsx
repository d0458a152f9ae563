import type { Findings } from '../../api/analysis.ts'
import './readability.css'

/** How easy the document reads: on its formula's scale where its language has one, in words anyway. */
export function Readability({ readability }: { readability: NonNullable<Findings['readability']> }) {
  const { score, formula, label, wordsPerSentence } = readability
  const words = `${wordsPerSentence.toFixed(1)} words a sentence`
  return (
    <div className="readability">
      <h4 className="only-heard">Readability</h4>
      <p>
        {score !== null && (
          <strong data-finding="readability" data-value={score}>
            {score.toFixed(1)}
          </strong>
        )}
        <span className="readability-label">{label}</span>
        <span className="hint">{formula ? `${formula}, ${words}` : words}</span>
      </p>
      {score !== null && (
        <div className="readability-scale" aria-hidden="true">
          <span style={{ left: `${Math.min(100, Math.max(0, score))}%` }} />
          <small>hard</small>
          <small>easy</small>
        </div>
      )}
    </div>
  )
}
