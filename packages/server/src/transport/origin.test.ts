import { describe, expect, it } from 'vitest'
import { isLocalHost, isLocalOrigin, judgeOrigin } from './origin.ts'

const origins = new Set(['https://good.example', 'https://punycode.xn--bcher-kva.example', 'https://port.example:8443'])

describe('a page is trusted by its origin', () => {
  it.each([
    ['one that was named', 'https://good.example', 'api.example'],
    ['one that was named with its port', 'https://port.example:8443', 'api.example'],
    ['one that was named as browsers write it', 'https://punycode.xn--bcher-kva.example', 'api.example'],
    ['one of the same host', 'https://api.example', 'api.example'],
    ['one of the same host behind whoever ends TLS', 'http://api.example', 'api.example'],
    ['one of the same host and port', 'https://api.example:8443', 'api.example:8443'],
    ['one of this machine, on another port', 'http://localhost:5173', 'localhost:4000'],
    ['one of this machine, by another of its names', 'http://127.0.0.1:5173', 'app.localhost:4000'],
    ['one of this machine, by IPv6', 'http://[::1]:5173', '127.0.0.1:4000'],
  ])('%s: %s at %s', (_name, origin, host) => {
    expect(judgeOrigin({ origin, host }, origins)).toBe('trusted')
  })

  it('and who has none is no browser', () => {
    expect(judgeOrigin({ origin: undefined, host: 'api.example' }, origins)).toBe('trusted')
  })
})

describe('a page is a stranger’s', () => {
  it.each([
    ['that only begins like one', 'https://good.example.evil.com', 'api.example'],
    ['that only ends like one', 'https://evil-good.example', 'api.example'],
    ['below one', 'https://sub.good.example', 'api.example'],
    ['of another scheme', 'http://good.example', 'api.example'],
    ['of another port', 'https://good.example:8443', 'api.example'],
    ['of no port where one was named', 'https://port.example', 'api.example'],
    ['in other letters', 'https://GOOD.example', 'api.example'],
    ['with a port that browsers leave out', 'https://good.example:443', 'api.example'],
    ['with a dot behind it', 'https://good.example.', 'api.example'],
    ['with a slash behind it', 'https://good.example/', 'api.example'],
    ['with a space', ' https://good.example', 'api.example'],
    ['with somebody in front', 'https://good.example@evil.com', 'api.example'],
    ['in letters that browsers write otherwise', 'https://punycode.bücher.example', 'api.example'],
    ['that looks like one', 'https://gооd.example', 'api.example'],
    ['that says it has none', 'null', 'api.example'],
    ['that says nothing', '', 'api.example'],
    ['from a file', 'file://', 'api.example'],
    ['of two', 'https://good.example https://evil.com', 'api.example'],
    ['of the same host in other letters', 'https://API.example', 'api.example'],
    ['of the same host and another port', 'https://api.example:8443', 'api.example'],
    ['whose host begins like ours', 'https://api.example.evil.com', 'api.example'],
    ['where there is no host', 'https://api.example', undefined],
    ['that only sounds local', 'http://localhost.evil.com', 'localhost:4000'],
    ['that begins like an address of this machine', 'http://127.0.0.1.evil.com', 'localhost:4000'],
    ['of this machine, at another', 'http://localhost:5173', 'api.example'],
    ['of elsewhere, at this machine', 'https://evil.com', 'localhost:4000'],
  ])('%s: %s at %s', (_name, origin, host) => {
    expect(judgeOrigin({ origin, host }, origins)).toBe('foreign')
  })
})

describe('without access only this machine', () => {
  it.each(['localhost', 'localhost:4000', '127.0.0.1:4000', '[::1]:4000', 'app.localhost:4000'])(
    'is asked for by %s',
    (host) => expect(isLocalHost(host)).toBe(true),
  )

  it.each([
    undefined,
    '',
    'evil.com',
    'localhost.evil.com',
    '127.evil.com',
    '127.0.0.1.evil.com',
    '10.0.0.1:4000',
    'a b',
  ])('is not asked for by %s, whoever made that name lead here', (host) => expect(isLocalHost(host)).toBe(false))

  it('shows pages, or is asked by what is none', () => {
    const asked = [
      'http://localhost:5173',
      'http://127.0.0.1',
      undefined,
      'null',
      'https://evil.com',
      'http://localhost.evil.com',
    ]
    expect(asked.map(isLocalOrigin)).toEqual([true, true, true, false, false, false])
  })
})
