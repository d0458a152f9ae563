import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type Analysis, documentMaxBytes } from '../../apps/demo/api/analysis.ts'
import { makePdf } from './pdf.ts'
import { patience, type RunningDemo, runDemo } from './running-demo.ts'

let demo: RunningDemo
beforeAll(async () => {
  demo = await runDemo()
  return () => demo[Symbol.asyncDispose]()
})

const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154', 'hex')
const essay = (): Promise<Buffer> =>
  readFile(new URL('../../apps/demo/samples/the-status-that-lied.pdf', import.meta.url))

describe('a document that cannot be analysed', () => {
  it.each([
    ['is empty', 'empty.txt', async () => Buffer.alloc(0), 422, 'EMPTY'],
    ['is a picture', 'picture.txt', async () => png, 415, 'UNSUPPORTED_TYPE'],
    ['is binary', 'x.md', async () => Buffer.from([1, 2, 3, 0, 0, 4, 5]), 415, 'UNSUPPORTED_TYPE'],
    ['is full of control characters', 'x.txt', async () => Buffer.from('a\x01b\x02c\x03'), 415, 'UNSUPPORTED_TYPE'],
    ['is larger than 10 MB', 'large.txt', async () => Buffer.alloc(documentMaxBytes + 1, 'a '), 413, 'TOO_LARGE'],
    ['is of 20 MB', 'huge.pdf', async () => Buffer.alloc(20_000_000, 'a '), 413, 'TOO_LARGE'],
    ['is white space only', 'blank.md', async () => Buffer.from(' \n\t\r\n \u00a0 '), 202, 'EMPTY'],
    ['is nested too deeply', 'deep.html', async () => Buffer.from('<div>'.repeat(10_000)), 202, 'UNREADABLE'],
    ['has no letter', 'marks.txt', async () => Buffer.from('--- ... ***'), 202, 'EMPTY'],
    [
      'is in no Western encoding',
      'koi8.txt',
      async () => Buffer.from('\xf0\xd2\xc9\xd7\xc5\xd4', 'latin1'),
      202,
      'UNREADABLE',
    ],
    ['is in no encoding at all', 'noise.txt', async () => Buffer.from('a\x81b\x8d', 'latin1'), 202, 'UNREADABLE'],
    ['is a PDF that was cut off', 'cut.pdf', async () => (await essay()).subarray(0, 5_000), 202, 'UNREADABLE'],
    [
      'is a PDF with a password',
      'secret.pdf',
      () => makePdf((pdf) => pdf.text('Secret'), { userPassword: 'x', pdfVersion: '1.7' }),
      202,
      'UNREADABLE',
    ],
    [
      'is a PDF without text',
      'scan.pdf',
      () => makePdf((pdf) => pdf.rect(10, 10, 200, 200).fill('red')),
      202,
      'NO_TEXT',
    ],
  ])('is refused when it %s', async (why, name, content, httpStatus, code) => {
    const conversationId = why.replaceAll(/[^a-z0-9]/gi, '-')
    const updates = demo.listen(conversationId)
    const { status, analysis } = await demo.handIn(conversationId, await content(), `name=${name}`)
    expect(status).toBe(httpStatus)
    expect(analysis.document.name).toBe(name)
    const ended = await demo.ended(conversationId)
    expect(ended).toMatchObject({ state: 'failed', failure: { code } })
    await vi.waitFor(() => expect(updates.at(-1)?.span?.state).toBe('failed'), patience)
    const error = updates.find(({ category }) => category === 'error')
    expect(error?.text).toBe(ended.failure?.message)
    expect(error?.metadata).toMatchObject({ analysisId: analysis.id, code, retryable: false, type: 'Refusal' })
    // What had begun is told to have failed; nothing goes on saying that it runs.
    const stands = new Map(updates.flatMap(({ span }) => (span ? [[span.name, span.state]] : [])))
    expect(stands.get(`Analyse ${name}`)).toBe('failed')
    if (httpStatus === 202) expect(stands.get('Read the document')).toBe('failed')
    expect([...stands.values()].filter((state) => !['failed', 'succeeded'].includes(state))).toEqual([])
  })

  it('is taken again right after', async () => {
    expect((await demo.handIn('after', 'All is well.')).status).toBe(202)
    expect(await demo.ended('after')).toMatchObject({ state: 'succeeded', findings: { count: { words: 3 } } })
  })

  it('of unknown length is answered even to a sender who does not listen before the end', async () => {
    const sending = request(`${demo.url}/api/conversations/chunked/analyses?name=x`, {
      method: 'POST',
      headers: { ...demo.asAda, 'content-type': 'application/octet-stream' },
    })
    const answer = new Promise<number | undefined>((resolve, reject) => {
      sending.on('response', (response) => resolve(response.resume().statusCode))
      sending.on('error', reject)
    })
    for (let sent = 0; sent < 20; sent++) {
      if (!sending.write(Buffer.alloc(1_000_000, 'x'))) {
        await new Promise<void>((resolve) => sending.once('drain', () => resolve()))
      }
    }
    sending.end()
    expect(await answer).toBe(413)
  })
})

describe('a request that is malformed', () => {
  const post = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${demo.url}/api/conversations/${path}`, {
      method: 'POST',
      body: 'text',
      headers: { ...demo.asAda, 'content-type': 'application/octet-stream', ...headers },
    })

  it.each([
    ['a name of a conversation with a blank', 'a%20b/analyses'],
    ['a name of a conversation that is too long', `${'a'.repeat(65)}/analyses`],
    ['the conversation of the overview', 'overview/analyses'],
    ['a pause that is none', 'c/analyses?pauseMs=soon'],
    ['a pause that is too long', 'c/analyses?pauseMs=1001'],
  ])('is refused for %s', async (_what, path) => {
    const response = await post(path)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ code: 'MALFORMED', message: expect.any(String) })
  })

  it('is refused for a body that is no octet stream', async () => {
    const response = await post('c/analyses', { 'content-type': 'text/plain' })
    expect(response.status).toBe(400)
  })

  it('is a 404 for a sample, an analysis or a path that there is not', async () => {
    expect((await post('c/analyses?sample=none')).status).toBe(404)
    expect((await demo.cancel('c', 'none')).status).toBe(404)
    expect((await demo.kill('c', 'none')).status).toBe(404)
    expect((await fetch(`${demo.url}/api/nothing`)).status).toBe(404)
    expect(await (await fetch(`${demo.url}/api`)).text()).toBe('the page')
  })

  it('is refused when another site’s page asks, and is not when the own page does', async () => {
    const ask = (origin: string): Promise<Response> => post('origin/analyses', { origin })
    expect((await ask('https://evil.example')).status).toBe(403)
    expect((await ask('null')).status).toBe(403)
    expect((await demo.conversation('origin')).analyses).toEqual([])
    const answer = await ask(demo.url)
    expect(answer.status).toBe(202)
    const { id } = (await answer.json()) as Analysis
    const cancel = { method: 'DELETE', headers: { ...demo.asAda, origin: 'https://evil.example' } }
    expect((await fetch(`${demo.url}/api/conversations/origin/analyses/${id}`, cancel)).status).toBe(403)
    expect((await demo.ended('origin')).state).toBe('succeeded')
  })
})
