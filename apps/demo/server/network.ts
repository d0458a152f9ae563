import type { NetworkInterfaceInfo } from 'node:os'

/** The origin by which another machine reaches a server that listens on a host; `null` when none can. Pure. */
export function networkOrigin(
  host: string,
  port: number,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
): string | null {
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const found = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family, address }) => !internal && (isEverywhere ? family === 'IPv4' : address === host))
  if (!found) return null
  return `http://${found.family === 'IPv6' ? `[${found.address}]` : found.address}:${port}`
}
