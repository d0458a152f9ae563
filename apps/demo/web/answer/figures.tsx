import type { Findings } from '../../api/analysis.ts'
import './figures.css'

interface FiguresProps {
  readonly findings: Findings
  readonly isRunning: boolean
}

/** What was counted. */
export function Figures({ findings, isRunning }: FiguresProps) {
  return (
    <dl className="figures" aria-busy={isRunning}>
      {figuresOf(findings).map(({ name, label, value }) => (
        <div key={name} className="figure">
          <dt>{label}</dt>
          <dd data-finding={name} data-value={value}>
            {value === undefined ? <Unknown isAwaited={isRunning} /> : textOf(value)}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** Something that is not known yet, or will never be. */
function Unknown({ isAwaited }: { isAwaited: boolean }) {
  return isAwaited ? <span className="figure-awaited" role="img" aria-label="not known yet" /> : '–'
}

interface Figure {
  readonly name: string
  readonly label: string
  readonly value: number | string | undefined
}

function figuresOf({ parse, count, readability, links, language }: Findings): readonly Figure[] {
  return [
    // Without pages of its own a document has none, which is another thing than not knowing yet.
    { name: 'pages', label: 'Pages', value: parse && (parse.pages ?? 'none') },
    { name: 'sentences', label: 'Sentences', value: count?.sentences },
    { name: 'words', label: 'Words', value: count?.words },
    { name: 'unique-words', label: 'Different words', value: count?.uniqueWords },
    { name: 'paragraphs', label: 'Paragraphs', value: count?.paragraphs },
    { name: 'reading-minutes', label: 'Minutes to read', value: readability?.readingMinutes },
    { name: 'links', label: 'Links', value: links?.length },
    { name: 'broken-links', label: 'Malformed', value: links?.filter(({ isWellFormed }) => !isWellFormed).length },
    {
      name: 'language',
      label: language?.isReliable === false ? 'Language, perhaps' : 'Language',
      value: language?.name,
    },
  ]
}

function textOf(value: number | string): string {
  return typeof value === 'number' ? value.toLocaleString('en') : value
}
