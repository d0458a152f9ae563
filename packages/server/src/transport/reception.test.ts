import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type Access, type Identity, publicAccess } from '../seams/access.ts'
import { createManualClock } from '../testing/manual-clock.ts'
import { GuardedAccess } from './guarded-access.ts'
import { defaultConnectionLimits } from './limits.ts'
import { isRefusal, Reception, type Refusal, type Stranger } from './reception.ts'

function open({ access = publicAccess(), isLocalOnly = false }: { access?: Access; isLocalOnly?: boolean } = {}) {
  const clock = createManualClock()
  const guarded = new GuardedAccess(access, { clock, emit: () => undefined, timeoutMs: 3_000, revocationsMax: 10 })
  const limits = { ...defaultConnectionLimits, socketsPerAddress: 2, socketsPerUser: 2, authenticatedPerAddress: 3 }
  const reception = new Reception({ access: guarded, isLocalOnly, origins: new Set(), limits })
  const knock = (search = ''): Stranger | Refusal =>
    reception.receive(new IncomingMessage(new Socket()), new URLSearchParams(search))
  return { reception, clock, knock }
}

/** Where a token is the name of a user; whoever is refused goes. */
function openByName() {
  const authenticate: Access['authenticate'] = ({ token }) => (token ? { userId: token } : null)
  const { reception, knock } = open({ access: { authenticate, authorize: () => true } })
  const sit = async (token: string) => {
    const stranger = letIn(knock())
    const seat = await reception.seat(stranger, token)
    if (isRefusal(seat)) stranger.leave()
    return seat
  }
  return { reception, knock, sit }
}

function letIn<T extends object>(answer: T): Exclude<T, Refusal> {
  if (isRefusal(answer)) throw new Error(`refused: ${answer.reason}`)
  return answer as Exclude<T, Refusal>
}

describe('Reception', () => {
  it('lets nobody in from elsewhere while it is for this machine alone', () => {
    expect(open({ isLocalOnly: true }).knock()).toMatchObject({ status: 403 })
    expect(open().knock()).not.toHaveProperty('status')
  })

  it('lets nobody in when it is closed, and says when to come back', () => {
    const { reception, knock } = open()
    reception.close()
    expect(knock()).toMatchObject({ status: 503, retryAfterSeconds: 1 })
  })

  it('refuses a token in the url, also an empty one, before anybody is counted', () => {
    const { knock } = open()
    for (const search of ['token=x', 'token', 'a=b&token=']) expect(knock(search)).toMatchObject({ status: 400 })
    for (let count = 0; count < 2; count++) letIn(knock())
  })

  it('counts strangers until they are known or gone', async () => {
    const { reception, knock } = open()
    const [first, second] = [letIn(knock()), letIn(knock())]
    expect(knock()).toMatchObject({ status: 429, retryAfterSeconds: 5 })
    letIn(await reception.seat(first, null))
    second.leave()
    second.leave()
    for (let count = 0; count < 2; count++) letIn(knock())
    expect(knock()).toMatchObject({ status: 429 })
  })

  it('counts seats of a user, and of an address whoever they are; a seat is given back once', async () => {
    const { sit } = openByName()
    const seat = letIn(await sit('ada'))
    letIn(await sit('ada'))
    expect(await sit('ada')).toMatchObject({ status: 429 })
    expect(await sit('')).toMatchObject({ status: 401 })
    letIn(await sit('grace'))
    expect(await sit('joan')).toMatchObject({ status: 429 })
    seat.leave()
    seat.leave()
    letIn(await sit('joan'))
    expect(await sit('ada')).toMatchObject({ status: 429 })
  })

  it('gives a user’s seat back with the place, and no place to one who is refused a seat', async () => {
    const { reception, knock, sit } = openByName()
    const seat = letIn(await sit('ada'))
    letIn(await sit('ada'))
    for (let count = 0; count < 5; count++) {
      const refusal = await reception.seat(letIn(knock()), 'ada')
      expect(refusal).toMatchObject({ reason: 'too many connections of a user' })
    }
    seat.leave()
    letIn(await sit('ada'))
    expect(await sit('ada')).toMatchObject({ reason: 'too many connections of a user' })
    letIn(await sit('grace'))
    expect(await sit('ada')).toMatchObject({ reason: 'too many connections of an address' })
  })

  it('has nothing to give back for one who went while it was asked who it is', async () => {
    let answer: (identity: Identity) => void = () => undefined
    const asked = new Promise<Identity>((resolve) => {
      answer = resolve
    })
    const { reception, knock } = open({ access: { authenticate: () => asked, authorize: () => true } })
    const gone = Array.from({ length: 2 }, () => letIn(knock()))
    const seats = gone.map((stranger) => reception.seat(stranger, null))
    for (const { leave } of gone) leave()
    answer({ userId: 'ada' })
    for (const seat of await Promise.all(seats)) letIn(seat)
    for (let count = 0; count < 2; count++) letIn(await reception.seat(letIn(knock()), null))
    expect(await reception.seat(letIn(knock()), null)).toMatchObject({ reason: 'too many connections of a user' })
  })

  it('does not wait for ever for an app that cannot say who it is', async () => {
    const authenticate = () => new Promise<never>(() => undefined)
    const { reception, knock, clock } = open({ access: { authenticate, authorize: () => true } })
    const answer = reception.seat(letIn(knock()), 'x')
    clock.advance(3_000)
    expect(await answer).toMatchObject({ status: 503 })
  })
})
