import { useId, useRef } from 'react'
import { guest, type Person, people } from '../../api/people.ts'
import { Avatar } from './avatar.tsx'
import { signIn } from './session.ts'
import { useSession } from './use-session.ts'
import './session-menu.css'

/** Who one is on this tab, and how to be somebody else. */
export function SessionMenu() {
  const { person } = useSession()
  const menu = useRef<HTMLDivElement>(null)
  const id = useId()

  function become(chosen: Person | null): void {
    menu.current?.hidePopover()
    if (chosen !== person) signIn(chosen)
  }

  return (
    <div className="session-menu">
      <button type="button" className="quiet" popoverTarget={id}>
        <Avatar userId={person?.id ?? guest.id} name={person?.name ?? guest.name} />
        <span className="session-menu-name">{person ? `You are ${person.name}` : 'You are a guest'}</span>
        <svg className="line-icon session-menu-more" viewBox="0 0 16 16" aria-hidden="true">
          <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />
        </svg>
      </button>
      <div id={id} ref={menu} popover="auto" className="session-popover panel">
        <fieldset aria-label="Who you are on this tab">
          {people.map((one) => (
            <button
              key={one.id}
              type="button"
              className="quiet"
              aria-pressed={one === person}
              onClick={() => become(one)}
            >
              <Avatar userId={one.id} name={one.name} />
              {one.name}
            </button>
          ))}
          <button type="button" className="quiet" aria-pressed={person === null} onClick={() => become(null)}>
            <Avatar userId={guest.id} name={guest.name} />
            Sign out, and watch as a guest
          </button>
        </fieldset>
        <p className="hint">
          There are no passwords: this is a demo, and anybody may be either. Another tab can be another person.
        </p>
      </div>
    </div>
  )
}
