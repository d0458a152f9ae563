import './summary.css'

/** The sentences of the document that say most of it, in its own words. */
export function Summary({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null
  return (
    <div>
      <h4>Summary</h4>
      <blockquote className="summary">
        {sentences.map((sentence, index) => (
          // Sentences stand in their order and may be the same.
          <p key={index} data-summary>
            <bdi>{sentence}</bdi>
          </p>
        ))}
      </blockquote>
    </div>
  )
}
