import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { toUrls } from './addresses.ts'

function info(address: string, internal = false): NetworkInterfaceInfo {
  const rest = { address, internal, netmask: '', mac: '', cidr: null }
  return address.includes(':') ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' }
}

const interfaces = {
  lo: [info('127.0.0.1', true), info('::1', true)],
  eth0: [info('192.0.2.7'), info('2001:db8::7')],
  none: undefined,
}
const hostsOf = (address: string): string[] => toUrls({ address, port: 4_000 }, interfaces)

describe('urls of a server', () => {
  it('name this machine when only it may come', () => {
    for (const address of ['127.0.0.1', '127.1.2.3', '::1'])
      expect(hostsOf(address)).toEqual(['ws://localhost:4000/trpc'])
  })

  it('name the one address it listens on', () => {
    expect(hostsOf('192.0.2.7')).toEqual(['ws://192.0.2.7:4000/trpc'])
    expect(hostsOf('2001:db8::7')).toEqual(['ws://[2001:db8::7]:4000/trpc'])
  })

  it('name the addresses of the machine when it listens on all', () => {
    const all = ['ws://localhost:4000/trpc', 'ws://192.0.2.7:4000/trpc']
    for (const address of ['::', '0.0.0.0']) expect(hostsOf(address)).toEqual(all)
  })
})
