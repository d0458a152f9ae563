import { useEffect, useRef } from 'react'
import type { HandIn, Outgoing } from './use-hand-in.ts'
import './outgoing-list.css'

/** Documents on their way, and those that did not arrive. */
export function OutgoingList({ handIn: { outgoing, give, dismiss } }: { handIn: HandIn }) {
  const list = useRef<HTMLUListElement>(null)
  const last = outgoing.at(-1)

  useEffect(() => {
    if (last) list.current?.scrollIntoView({ block: 'nearest' })
  }, [last])

  function again({ key, given, name }: Outgoing): void {
    dismiss(key)
    give(given, name)
  }
  return (
    <ul className="outgoing-list" ref={list} aria-label="On their way">
      {outgoing.map((one) => (
        <li key={one.key} data-failed={one.problem !== null}>
          <bdi>{one.name}</bdi>
          {one.problem === null ? (
            <span className="hint" role="status">
              Sending…
            </span>
          ) : (
            <>
              <p role="alert">{one.problem}</p>
              <button type="button" onClick={() => again(one)}>
                Try again
              </button>
              <button type="button" className="quiet" onClick={() => dismiss(one.key)}>
                Forget it
                <span className="only-heard">: {one.name}</span>
              </button>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}
