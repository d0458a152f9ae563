import { guest } from '../../api/people.ts'
import './avatar.css'

/** Somebody as a round mark with a letter. It says nothing that the name beside it does not. */
export function Avatar({ userId, name }: { userId: string; name: string }) {
  return (
    <span className="avatar" data-person={userId} aria-hidden="true">
      {userId === guest.id ? '–' : (Array.from(name)[0] ?? '').toUpperCase()}
    </span>
  )
}
