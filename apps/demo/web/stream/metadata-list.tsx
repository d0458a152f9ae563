import type { Json } from '@telltale/contract/wire'
import './metadata-list.css'

const entriesMax = 12
const valueMaxLength = 160

interface MetadataListProps {
  readonly metadata: { readonly [key: string]: Json | undefined }
  /** Keys that are shown elsewhere. */
  readonly without: readonly string[]
}

/** The metadata of an update, as much of it as is good to read in a list. */
export function MetadataList({ metadata, without }: MetadataListProps) {
  const entries = Object.entries(metadata).filter(([key, value]) => value !== undefined && !without.includes(key))
  if (entries.length === 0) return null
  return (
    <dl className="metadata-list">
      {entries.slice(0, entriesMax).map(([key, value]) => (
        <div key={key}>
          <dt>
            <bdi>{shorten(key)}</bdi>
          </dt>
          <dd>
            <bdi>{shorten(typeof value === 'string' ? value : JSON.stringify(value))}</bdi>
          </dd>
        </div>
      ))}
      {entries.length > entriesMax && <div>and {entries.length - entriesMax} more</div>}
    </dl>
  )
}

function shorten(text: string): string {
  return text.length > valueMaxLength ? `${text.slice(0, valueMaxLength)}…` : text
}
