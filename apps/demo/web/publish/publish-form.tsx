import { usePublishStatus } from '@telltale/react'
import { useId, useState } from 'react'
import type { Category } from '../categories.ts'
import { CategoryChoice } from './category-choice.tsx'
import { examples } from './fields.ts'
import { MetadataFields } from './metadata-fields.tsx'
import { PublishOutcome } from './publish-outcome.tsx'
import { updateOfDraft } from './update-of-draft.ts'
import './publish-form.css'

/** Publishes one update, as a producer would. Folded at first: most come to look. */
export function PublishForm({ conversationId }: { conversationId: string }) {
  const [category, setCategory] = useState<Category>('tool')
  const [drafts, setDrafts] = useState(examples)
  const publish = usePublishStatus()
  const textId = useId()
  const draft = drafts[category]
  const change = (part: Partial<typeof draft>) => setDrafts({ ...drafts, [category]: { ...draft, ...part } })
  return (
    <details className="panel publish">
      <summary>
        <h3>Say something yourself</h3>
      </summary>
      <form
        className="publish-form"
        aria-label="Publish an update"
        onSubmit={(event) => {
          event.preventDefault()
          publish.mutate(updateOfDraft(conversationId, category, draft))
        }}
      >
        <CategoryChoice chosen={category} onChoose={setCategory} />
        <div className="field">
          <label htmlFor={textId}>Text</label>
          <input
            id={textId}
            value={draft.text}
            onChange={(event) => change({ text: event.target.value })}
            required
            autoComplete="off"
          />
        </div>
        <MetadataFields
          category={category}
          values={draft.values}
          onChange={(name, value) => change({ values: { ...draft.values, [name]: value } })}
        />
        <button type="submit" className="main">
          Publish
        </button>
        <PublishOutcome
          status={publish.status}
          error={publish.error}
          idle="Goes to everyone who watches this conversation."
          done="Accepted."
        />
      </form>
    </details>
  )
}
