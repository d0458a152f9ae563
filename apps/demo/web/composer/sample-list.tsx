import type { Sample } from '../../api/analysis.ts'
import { formatBytes } from '../answer/given-document.tsx'
import { useSamples } from '../results/use-results.ts'
import './sample-list.css'

/** The documents that come with the demo. */
export function SampleList({ onSample }: { onSample: (sample: Sample) => void }) {
  const samples = useSamples()
  if (samples.isError) return <p className="hint">The samples could not be listed: {samples.error.message}</p>
  return (
    <ul className="sample-list" aria-label="Samples">
      {samples.data?.map((sample) => (
        <li key={sample.id}>
          <button type="button" data-sample={sample.id} onClick={() => onSample(sample)}>
            <strong>{sample.name}</strong>
            <span className="sample-bytes">{formatBytes(sample.bytes)}</span>
            <span className="sample-about">{sample.about}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
