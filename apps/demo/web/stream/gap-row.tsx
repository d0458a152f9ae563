import type { ShownGap } from './use-gaps.ts'
import './gap-row.css'

const reasons: Record<string, string> = {
  expired: 'it is older than what the server keeps',
  epoch: 'the server began again',
  overflow: 'more was said than the server could take',
  slow: 'this page was too slow',
  failed: 'the server could not read it',
  corrupt: 'it could not be read',
}

/** Where something is missing, how much, and why. */
export function GapRow({ gap: { missed, reason } }: { gap: ShownGap }) {
  const much = missed === null ? 'Some updates' : missed === 1 ? '1 update' : `${missed} updates`
  return (
    <li className="gap-row">
      <span>
        {much} missed: {reasons[reason] ?? reason}
      </span>
    </li>
  )
}
