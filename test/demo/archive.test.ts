import { describe, expect, it } from 'vitest'
import type { Analysis } from '../../apps/demo/api/analysis.ts'
import { analysesMax, conversationsMax, createArchive } from '../../apps/demo/server/archive.ts'

function analysis(conversationId: string, id: string, endedAt: string | null = '2026-01-01T00:00:00.000Z'): Analysis {
  return {
    id,
    conversationId,
    document: { name: 'a.txt', kind: 'text', bytes: 1 },
    state: endedAt ? 'succeeded' : 'running',
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    endedAt,
    failure: null,
    findings: {},
  }
}

describe('the archive', () => {
  it('forgets the oldest analysis of a conversation, and never one that runs', () => {
    const archive = createArchive()
    archive.put(analysis('c', 'running', null))
    for (let index = 0; index <= analysesMax; index++) archive.put(analysis('c', `a${index}`))
    const { analyses } = archive.conversation('c')
    expect(analyses).toHaveLength(analysesMax)
    expect(analyses.slice(0, 2).map(({ id }) => id)).toEqual(['running', 'a2'])
  })

  it('forgets the conversation that was quiet longest, and never one where something runs', () => {
    const archive = createArchive()
    archive.put(analysis('busy', 'a', null))
    archive.put(analysis('c0', 'a'))
    archive.put(analysis('c1', 'a'))
    archive.put(analysis('c0', 'b'))
    for (let index = 2; index < conversationsMax; index++) archive.put(analysis(`c${index}`, 'a'))
    const ids = archive.conversations().map(({ id }) => id)
    expect(ids).toHaveLength(conversationsMax)
    expect(ids.slice(-2)).toEqual(['c0', 'busy'])
    expect(ids).not.toContain('c1')
  })
})
