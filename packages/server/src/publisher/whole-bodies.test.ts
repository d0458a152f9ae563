import type { Draft } from '@telltale/contract'
import { defaultContract } from '@telltale/contract'
import { describe, expect, it } from 'vitest'
import { createCategoryBook } from './category-facts.ts'
import { Conversations } from './conversations.ts'
import type { StatusEvent } from './encode.ts'
import { toQueued } from './queued.ts'
import { StatusDraft } from './status-draft.ts'
import { makeBodiesWhole } from './whole-bodies.ts'

const known = { conversations: new Conversations(), categories: createCategoryBook(defaultContract) }
const raw = toQueued(known, 'c', 'info', '', undefined, {}, 0)
const draftOf = (body: string): StatusDraft => new StatusDraft(raw, body)
const loss: Draft<StatusEvent> = { kind: 'loss', at: 0, counts: { info: 1 } }

describe('bodies that are made whole', () => {
  it('are what they were, each its own, whatever stands between them and however many they are', () => {
    const bodies = Array.from({ length: 500 }, (_, index) => `"n":${index},"t":"${'xé€😀'.repeat(index % 97)}"}`)
    const drafts = bodies.flatMap((body, index) => (index % 7 === 0 ? [loss, draftOf(body)] : [draftOf(body)]))
    makeBodiesWhole(drafts)
    expect(drafts.flatMap((draft) => (draft.kind === 'event' ? [draft.body] : []))).toEqual(bodies)
    expect(drafts.filter((draft) => draft === loss)).toHaveLength(72)
  })

  it('may be one, none, or larger than what is made whole at once', () => {
    makeBodiesWhole([])
    makeBodiesWhole([loss])
    const drafts = ['}', `"a":"${'x'.repeat(30_000)}"}`, '"b":1}'].map(draftOf)
    const [only] = drafts
    makeBodiesWhole(only ? [only] : [])
    makeBodiesWhole(drafts)
    expect(drafts.map(({ body }) => body.length)).toEqual([1, 30_007, 6])
  })
})
