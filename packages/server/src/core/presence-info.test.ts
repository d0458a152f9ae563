import type { JsonObject } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { createInfoOf } from './presence-info.ts'

function tell(presence: () => unknown) {
  const told: unknown[] = []
  const infoOf = createInfoOf(presence as () => JsonObject, (name, event) => void told.push([name, event]))
  return { info: infoOf({ userId: 'ada' }), told }
}

const refused = (reason: string) => ({ info: undefined, told: [['presence.info-refused', { reason }]] })

describe('what others are told of a member', () => {
  it('is what the app says, as a copy', () => {
    const said = { name: 'Ada', avatar: { hue: 20 } }
    const { info, told } = tell(() => said)
    expect([info, told]).toEqual([{ name: 'Ada', avatar: { hue: 20 } }, []])
    expect(info).not.toBe(said)
  })

  it('is nothing when the app says nothing', () => {
    const infoOf = createInfoOf(undefined, () => undefined)
    expect(infoOf({ userId: 'ada', name: 'Ada' })).toBeUndefined()
  })

  it.each<[string, string, () => unknown]>([
    [
      'throws',
      'threw',
      () => {
        throw new Error('no such user')
      },
    ],
    ['is no object', 'data', () => 'Ada'],
    ['is a list', 'data', () => ['Ada']],
    ['is nothing', 'data', () => undefined],
    ['holds what JSON cannot', 'data', () => ({ size: 10n })],
    ['has a key that could do harm', 'data', () => JSON.parse('{"__proto__":{"isAdmin":true}}')],
    ['is a promise, though it rejects', 'data', () => Promise.reject(new Error('too late'))],
    ['is over 1 KiB, counted in bytes', 'size', () => ({ name: 'ü'.repeat(510) })],
    ['is far over 1 KiB', 'size', () => ({ name: 'x'.repeat(50_000) })],
  ])('is left out, and told, when it %s', (_, reason, presence) => {
    expect(tell(presence)).toEqual(refused(reason))
  })

  it('may be just 1 KiB', () => {
    const name = 'x'.repeat(1_024 - '{"name":""}'.length)
    expect(tell(() => ({ name }))).toEqual({ info: { name }, told: [] })
    expect(tell(() => ({ name: `${name}x` }))).toEqual(refused('size'))
  })
})
