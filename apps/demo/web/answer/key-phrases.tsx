import type { Findings } from '../../api/analysis.ts'
import './key-phrases.css'

/** What the document is about, with how often it says so. */
export function KeyPhrases({ phrases }: { phrases: NonNullable<Findings['phrases']> }) {
  if (phrases.length === 0) return null
  const most = Math.max(...phrases.map(({ count }) => count))
  return (
    <div>
      <h4>Key phrases</h4>
      <ul className="key-phrases">
        {phrases.map(({ phrase, count }) => (
          <li key={phrase} data-phrase={phrase} data-count={count}>
            <span className="key-phrase-bar" style={{ width: `${(100 * count) / most}%` }} />
            <bdi>{phrase}</bdi>
            <span className="key-phrase-count">{count}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
