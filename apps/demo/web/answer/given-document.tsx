import type { DocumentInfo } from '../../api/analysis.ts'
import './given-document.css'

const kinds = { text: 'TXT', markdown: 'MD', html: 'HTML', pdf: 'PDF' }

interface GivenDocumentProps {
  readonly id: string
  readonly document: DocumentInfo
  /** ISO 8601. */
  readonly givenAt: string
}

/** The document that a person gave. */
export function GivenDocument({ id, document: { name, kind, bytes }, givenAt }: GivenDocumentProps) {
  return (
    <div className="given-document">
      <span className="given-kind" aria-hidden="true">
        {kind ? kinds[kind] : '?'}
      </span>
      <h3 id={id}>
        <bdi>{name}</bdi>
      </h3>
      <p>
        {formatBytes(bytes)}
        <time dateTime={givenAt}>{formatTime(givenAt)}</time>
      </p>
    </div>
  )
}

/** A size as one reads it, such as `812 bytes`, `48 KB`, `3.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

function formatTime(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}
