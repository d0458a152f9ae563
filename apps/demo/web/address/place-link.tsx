import type { ComponentProps, MouseEvent } from 'react'
import { addressOf, goTo, type Place } from './address.ts'

type PlaceLinkProps = Omit<ComponentProps<'a'>, 'href' | 'onClick'> & { readonly place: Place }

/** A link to another place of this page: a plain click stays on the page, all others are the browser's. */
export function PlaceLink({ place, ...rest }: PlaceLinkProps) {
  function open(event: MouseEvent): void {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    goTo(place)
  }
  return <a {...rest} href={addressOf(place)} onClick={open} />
}
