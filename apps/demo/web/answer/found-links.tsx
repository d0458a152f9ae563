import type { FoundLink } from '../../api/analysis.ts'
import './found-links.css'

/** The links of the document, the malformed ones first: those are what one looks for. */
export function FoundLinks({ links }: { links: readonly FoundLink[] }) {
  const malformed = links.filter(({ isWellFormed }) => !isWellFormed)
  const wellFormed = links.filter(({ isWellFormed }) => isWellFormed)
  return (
    <details open={malformed.length > 0}>
      <summary>
        <h4>Links</h4>
        <span className="hint">
          {malformed.length === 0
            ? `${links.length}, all well formed`
            : `${links.length}, ${malformed.length} malformed`}
        </span>
      </summary>
      <ul className="found-links">
        {[...malformed, ...wellFormed].map((link, index) => (
          // A document may have the same link twice.
          <Link key={index} link={link} />
        ))}
      </ul>
    </details>
  )
}

function Link({ link: { url, isWellFormed, problem } }: { link: FoundLink }) {
  return (
    <li data-link={url} data-well-formed={isWellFormed}>
      <span aria-hidden="true">{isWellFormed ? '✓' : '✕'}</span>
      <p>
        <LinkText url={url} isSafe={isWellFormed} />
        {!isWellFormed && <span className="found-link-problem">{problem ?? 'malformed'}</span>}
      </p>
    </li>
  )
}

/** A stranger's document says where this goes: only to the web, and without telling who comes. */
function LinkText({ url, isSafe }: { url: string; isSafe: boolean }) {
  if (!isSafe || !/^https?:\/\//i.test(url)) return <bdi>{url}</bdi>
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      <bdi>{url}</bdi>
    </a>
  )
}
