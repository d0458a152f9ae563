import { describe, expect, it } from 'vitest'
import { networkOrigin } from '../../apps/demo/server/network.ts'

const common = { netmask: '', mac: '', cidr: null }
const interfaces = {
  lo: [{ ...common, address: '127.0.0.1', family: 'IPv4' as const, internal: true }],
  eth0: [
    { ...common, address: 'fe80::1', family: 'IPv6' as const, internal: false, scopeid: 2 },
    { ...common, address: '192.168.1.7', family: 'IPv4' as const, internal: false },
  ],
}

describe('the address for a phone', () => {
  it.each([
    ['0.0.0.0', 'http://192.168.1.7:4000'],
    ['::', 'http://192.168.1.7:4000'],
    ['192.168.1.7', 'http://192.168.1.7:4000'],
    ['fe80::1', 'http://[fe80::1]:4000'],
    ['127.0.0.1', null],
    ['localhost', null],
    ['10.0.0.1', null],
  ])('of a server that listens on %s is %s', (host, origin) => {
    expect(networkOrigin(host, 4_000, interfaces)).toBe(origin)
  })

  it('is none where there is no network', () => {
    expect(networkOrigin('0.0.0.0', 4_000, { lo: interfaces.lo })).toBeNull()
  })
})
