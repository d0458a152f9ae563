import type { AddressInfo } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'

/** The urls under which clients reach what is bound to an address; on every address: this machine's own ones too. */
export function toUrls(
  bound: Pick<AddressInfo, 'address' | 'port'>,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string[] {
  return hostsOf(bound.address, interfaces).map((host) => `ws://${host}:${bound.port}/trpc`)
}

function hostsOf(address: string, interfaces: Parameters<typeof toUrls>[1]): string[] {
  if (address === '::1' || address.startsWith('127.')) return ['localhost']
  if (address !== '::' && address !== '0.0.0.0') return [address.includes(':') ? `[${address}]` : address]
  const others = Object.values(interfaces)
    .flatMap((infos) => infos ?? [])
    .filter((info) => info.family === 'IPv4' && !info.internal)
  return ['localhost', ...others.map((info) => info.address)]
}
