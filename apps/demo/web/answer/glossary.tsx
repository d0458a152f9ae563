import type { Findings } from '../../api/analysis.ts'
import './glossary.css'

/** Terms that the document explains itself. */
export function Glossary({ entries }: { entries: NonNullable<Findings['glossary']> }) {
  return (
    <details open={entries.length <= 4}>
      <summary>
        <h4>Glossary</h4>
        <span className="hint" data-finding="glossary" data-value={entries.length}>
          {entries.length}
        </span>
      </summary>
      <dl className="glossary">
        {entries.map(({ term, meaning }) => (
          <div key={`${term} ${meaning}`} data-term={term}>
            <dt>
              <bdi>{term}</bdi>
            </dt>
            <dd>
              <bdi>{meaning}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
