import { useMemo, useState } from 'react'
import type { Category } from '../categories.ts'
import type { CatchUp } from '../connection/catch-up.ts'
import { CategoryToggles } from './category-toggles.tsx'
import { EarlierUpdates } from './earlier-updates.tsx'
import { FeedList } from './feed-list.tsx'
import { HoldButton } from './hold-button.tsx'
import { StreamError } from './stream-error.tsx'
import { StreamStrip } from './stream-strip.tsx'
import type { Feed } from './use-feed.ts'
import { useGaps } from './use-gaps.ts'
import './feed-panel.css'

interface FeedPanelProps {
  readonly feed: Feed
  /** What became of the line. */
  readonly catchUp: CatchUp
  readonly shown: readonly Category[]
  readonly onShow: (categories: readonly Category[]) => void
}

const none: ReadonlySet<string> = new Set()

/** Everything that is said in a conversation, how well it is heard, and what of it is sent at all. */
export function FeedPanel({ feed, catchUp, shown, onShow }: FeedPanelProps) {
  const { request, view, updates } = feed
  const gaps = useGaps(request)
  const [held, setHeld] = useState<Feed['updates'] | null>(null)
  const listed = held ?? updates
  const counts = useMemo(() => countsOf(listed), [listed])

  function show(wanted: readonly Category[]): void {
    // Another choice is another list: who asks for it wants to see it.
    setHeld(null)
    onShow(wanted)
  }

  return (
    <section className="panel feed-panel" aria-labelledby="feed-title">
      <header className="feed-head">
        <h3 id="feed-title" className="only-heard">
          Updates
        </h3>
        <StreamStrip {...view} />
        <HoldButton held={held} updates={updates} onHold={setHeld} />
      </header>
      <CategoryToggles shown={shown} onShow={show} counts={counts} />
      {view.error && <StreamError error={view.error} />}
      <FeedList updates={listed} gaps={gaps} lateIds={catchUp.phase === 'caught-up' ? catchUp.lateIds : none} />
      {listed.length === 0 && gaps.length === 0 && !view.error && (
        <p className="hint feed-empty">Nothing was said here yet. What is said appears within a blink.</p>
      )}
      <EarlierUpdates request={request} oldest={listed[0]} />
    </section>
  )
}

function countsOf(updates: Feed['updates']): Partial<Record<Category, number>> {
  const counts: Partial<Record<Category, number>> = {}
  for (const { category } of updates) counts[category] = (counts[category] ?? 0) + 1
  return counts
}
