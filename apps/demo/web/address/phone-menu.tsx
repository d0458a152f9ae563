import { useId } from 'react'
import { useServerAddress } from '../results/use-results.ts'
import { addressOf, type Place } from './address.ts'
import { QrCode } from './qr-code.tsx'
import './phone-menu.css'

/** The address of a place for a phone in the same network, folded away; or how to let phones in. */
export function PhoneMenu({ place }: { place: Place }) {
  const id = useId()
  const { data } = useServerAddress()
  return (
    <div className="phone-menu">
      <button type="button" className="quiet" popoverTarget={id}>
        Phone
      </button>
      <div id={id} popover="auto" className="phone-popover panel">
        {data?.network ? <PhoneAddress address={inNetwork(data.network, place)} /> : <NotReachable />}
      </div>
    </div>
  )
}

function PhoneAddress({ address }: { address: string }) {
  return (
    <>
      <QrCode text={address} />
      <p>In the same network, this is the address:</p>
      <a href={address} target="_blank" rel="noreferrer">
        <bdi>{address}</bdi>
      </a>
    </>
  )
}

function NotReachable() {
  return (
    <p>
      This server listens to its own machine only. Start it with <code>HOST=0.0.0.0 npm start</code>, in a network where
      you trust everybody, and its address for a phone stands here.
    </p>
  )
}

/** The address of a place, as others in the network reach it. */
function inNetwork(origin: string, place: Place): string {
  const { pathname, search } = new URL(addressOf(place))
  return `${origin}${pathname}${search}`
}
