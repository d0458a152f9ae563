import { describe, expect, it } from 'vitest'
import { type Access, type Identity, publicAccess } from '../seams/access.ts'
import type { TelemetryEvents } from '../telemetry/events.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { GuardedAccess } from './guarded-access.ts'

const credentials = { token: 't', headers: {}, remoteAddress: '127.0.0.1' }

function open(hooks: Partial<Access> = {}) {
  const clock = createManualClock()
  const told: string[] = []
  const access = new GuardedAccess(
    { ...publicAccess(), ...hooks },
    {
      clock,
      emit: (name, event) => {
        if (name !== 'access.denied') return told.push(name)
        const { action, reason, userId, conversationId } = event as TelemetryEvents['access.denied']
        return told.push([action, reason, userId, conversationId].join(' '))
      },
      timeoutMs: 3_000,
      revocationsMax: 10,
    },
  )
  const session: { identity: Identity } = { identity: { userId: 'ada', issuedAt: clock.now() - 1 } }
  return { access, clock, told, session }
}

describe('what was let in', () => {
  it('and is revoked before its stream is there does not get one', async () => {
    const { access, session } = open()
    const admit = await access.admit(session, 'subscribe', 'c1')
    expect(access.revoke('ada', 'c1')).toBe(0)
    expect(() => admit?.('s1')).toThrow('no such conversation')
    expect(access.hasStream('ada', 's1')).toBe(false)
  })

  it('is asked about again when the session has other credentials by then', async () => {
    let isMember = true
    const { access, session, told } = open({ authorize: () => isMember })
    const admit = await access.admit(session, 'subscribe', 'c1')
    session.identity = { userId: 'ada' }
    isMember = false
    const permit = admit?.('s1')
    const over = new Promise<void>((resolve) => {
      if (permit) permit.onOver = resolve
    })
    await over
    expect(permit?.over).toMatchObject({ code: 'NOT_FOUND' })
    expect(told).toEqual(['subscribe refused ada c1'])
  })
})

describe('a denial is told once', () => {
  it('with its reason, when somebody asks who may not', async () => {
    const { access, session, told } = open({ authorize: () => false })
    expect(await access.authorize(session.identity, 'history', 'c1')).toBe(false)
    expect(told).toEqual(['history refused ada c1'])
  })

  it('when the credentials have ended, or were taken back', async () => {
    const identity: { current: Identity } = { current: { userId: 'ada' } }
    const { access, clock, told } = open({ authenticate: () => identity.current })
    identity.current = { userId: 'ada', expiresAt: clock.now() }
    expect(await access.authenticate(credentials)).toBeNull()
    identity.current = { userId: 'ada', issuedAt: clock.now() - 1 }
    access.revokeAll('ada')
    expect(await access.authenticate(credentials)).toBeNull()
    expect(await access.authorize(identity.current, 'publish', 'c1')).toBe(false)
    expect(told).toEqual(['connect expired  ', 'connect revoked  ', 'publish revoked ada c1'])
  })

  it('when a hook throws, now or later, or does not answer in its time', async () => {
    const answers: Access['authorize'][] = [
      () => {
        throw new Error('the database is away')
      },
      async () => {
        throw new Error('the database is away')
      },
      () => new Promise(() => undefined),
    ]
    const { access, clock, session, told } = open({ authorize: (...args) => answers.shift()?.(...args) ?? true })
    expect(await access.authorize(session.identity, 'publish', 'c1')).toBe(false)
    expect(await access.authorize(session.identity, 'publish', 'c1')).toBe(false)
    const late = access.authorize(session.identity, 'publish', 'c1')
    clock.advance(3_000)
    expect(await late).toBe(false)
    expect(told).toEqual(['threw', 'threw', 'timeout'].map((reason) => `publish ${reason} ada c1`))
    expect(await access.authorize(session.identity, 'publish', 'c1')).toBe(true)
    expect(clock.timers).toBe(0)
  })

  it('and nothing but true is a yes', async () => {
    const { access, session } = open({ authorize: () => 'no' as never })
    expect(await access.authorize(session.identity, 'publish', 'c1')).toBe(false)
  })
})
