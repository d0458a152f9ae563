import { describe, expect, it } from 'vitest'
import type { Permit } from '../seams/permit.ts'
import { Permits, type Permitted } from './permits.ts'

function open() {
  const permits = new Permits()
  const ended: string[] = []
  const issue = (streamId: string, given: Partial<Permitted> = {}): Permit => {
    const userId = given.userId ?? 'ada'
    const permit = permits.issue({
      streamId,
      userId,
      session: { identity: { userId } },
      action: 'subscribe',
      conversationId: 'c1',
      ...given,
    })
    permit.onOver = () => ended.push(streamId)
    return permit
  }
  return { permits, ended, issue }
}

describe('leave that was given', () => {
  it('is taken back of one user in one conversation, and says no more than that there is none', () => {
    const { permits, ended, issue } = open()
    const taken = [issue('s1'), issue('s2', { action: 'presence' })]
    issue('s3', { conversationId: 'c2' })
    issue('s4', { userId: 'bob' })
    expect(permits.revoke('ada', 'c1')).toBe(2)
    expect(ended).toEqual(['s1', 's2'])
    for (const { over } of taken) expect(over).toMatchObject({ code: 'NOT_FOUND', message: 'no such conversation' })
    expect(permits.revoke('ada', 'c1')).toBe(0)
    expect(['s1', 's3', 's4'].map((id) => permits.has('ada', id))).toEqual([false, true, false])
  })

  it('is nobody’s any more when it was given back', () => {
    const { permits, ended, issue } = open()
    issue('s1').release()
    expect(permits.revoke('ada', 'c1')).toBe(0)
    expect(permits.has('ada', 's1')).toBe(false)
    expect(ended).toEqual([])
  })

  it('is asked about again where a session has another identity, and nowhere else', async () => {
    const { permits, ended, issue } = open()
    const session = { identity: { userId: 'ada' } }
    issue('s1', { session })
    issue('s2', { session, conversationId: 'c2' })
    issue('s3', { conversationId: 'c1' })
    const asked: string[] = []
    await permits.review(session, async (_identity, action, conversationId) => {
      asked.push(`${action} ${conversationId}`)
      return conversationId === 'c2'
    })
    expect(asked.sort()).toEqual(['subscribe c1', 'subscribe c2'])
    expect(ended).toEqual(['s1'])
  })
})

describe('a stream that another stands in for', () => {
  it('ends when the other has begun, and not as one that failed', () => {
    const { permits, ended, issue } = open()
    const permit = issue('s1')
    const replacement = permits.replace('ada', 's1')
    expect(ended).toEqual([])
    replacement?.done()
    expect(permit.over).toBe('done')
    expect(ended).toEqual(['s1'])
  })

  it('goes on when the other did not come about, and can be replaced then', () => {
    const { permits, ended, issue } = open()
    const permit = issue('s1')
    const replacement = permits.replace('ada', 's1')
    expect(permits.replace('ada', 's1')).toBeNull()
    replacement?.undo()
    expect([permit.over, ended]).toEqual([null, []])
    expect(permits.replace('ada', 's1')).not.toBeNull()
  })

  it('is nobody else’s', () => {
    const { permits, issue } = open()
    issue('s1')
    expect([permits.replace('bob', 's1'), permits.replace('ada', 's2'), permits.has('bob', 's1')]).toEqual([
      null,
      null,
      false,
    ])
  })

  it('that was taken back meanwhile stays so', () => {
    const { permits, issue } = open()
    const permit = issue('s1')
    const replacement = permits.replace('ada', 's1')
    permits.revoke('ada', 'c1')
    replacement?.done()
    expect(permit.over).toMatchObject({ code: 'NOT_FOUND' })
  })
})
