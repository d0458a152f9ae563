import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { closeFrame, type FrameOptions, frame, opcodes } from './support/frames.ts'
import { openRaw, type RawSocket } from './support/raw-socket.ts'
import { type Guarded, startGuarded } from './support/server.ts'

const patience = { timeout: 9_000, interval: 10 }

let server: Guarded
beforeAll(async () => {
  server = await startGuarded()
})
afterAll(() => server[Symbol.asyncDispose]())

/** Sends bytes over a connection of their own, in pieces, and answers the code they were closed with. */
async function closedBy(...parts: readonly Buffer[]): Promise<number | null> {
  const raw = await openRaw(server.port)
  for (const part of parts) raw.socket.write(part)
  const code = await raw.closed()
  raw.destroy()
  return code
}

const { text, binary, continuation, ping, pong, close } = opcodes
const part = (opcode: number, payload: string, options: FrameOptions = {}): Buffer =>
  frame(opcode, payload, { isFinal: false, ...options })
const reservedOpcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]
const badCloseCodes = [0, 1, 999, 1_004, 1_005, 1_006, 1_015, 1_016, 2_000, 2_999, 5_000, 65_535]
const badUtf8 = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80], [0xfe, 0xfe]]

/** By the categories of the Autobahn test suite. */
const protocolErrors: Readonly<Record<string, readonly (readonly Buffer[])[]>> = {
  'reserved bits': [1, 2, 3, 4, 5, 6, 7].flatMap((reserved) => [
    [frame(text, '{}', { reserved })],
    [frame(ping, '', { reserved })],
    [frame(close, '', { reserved })],
  ]),
  'reserved opcodes': reservedOpcodes.flatMap((opcode) => [[frame(opcode)], [frame(opcode, 'x')]]),
  'no mask': [text, binary, ping, pong, close].map((opcode) => [frame(opcode, 'x', { isMasked: false })]),
  'control frames that are long or in parts': [ping, pong, close].flatMap((opcode) => [
    [frame(opcode, 'x'.repeat(126))],
    [part(opcode, 'x')],
  ]),
  'parts in a wrong order': [
    [frame(continuation, 'x')],
    [part(continuation, 'x')],
    [part(text, 'x'), frame(text, 'y')],
    [part(text, 'x'), part(binary, 'y')],
    [part(text, 'x'), frame(continuation, 'y'), frame(continuation, 'z')],
  ],
  'goodbyes that are none': [[frame(close, 'x')], ...badCloseCodes.map((code) => [closeFrame(code)])],
}

it.each(Object.entries(protocolErrors))('T4: %s is closed with 1002, and nobody else notices', async (_name, cases) => {
  const codes = await server.control.during(Promise.all(cases.map((parts) => closedBy(...parts))))
  expect(codes).toEqual(cases.map(() => 1_002))
})

it('T4: a length of more than a number holds, or than we take, is closed before it is sent', async () => {
  const lengths = [2n ** 63n, 2n ** 63n + 1n, 2n ** 64n - 1n, 2n ** 53n, 2n ** 32n, 65_537n]
  const codes = await server.control.during(
    Promise.all(lengths.map((claimedLength) => closedBy(frame(text, '', { claimedLength })))),
  )
  expect(codes).toEqual(lengths.map(() => 1_009))
})

it('T4: everything the protocol allows is answered: parts, pings between them, pieces of a byte, goodbyes', async () => {
  const raw = await openRaw(server.port)
  const call = '{"id":1,"method":"query","params":{"path":"status.categories"}}'
  const parts = [part(text, ''), part(continuation, call.slice(0, 9)), frame(ping, 'between')]
  for (const byte of Buffer.concat([...parts, frame(continuation, call.slice(9))]))
    raw.socket.write(Buffer.from([byte]))
  await raw.hears('"title"')
  expect(raw.pongs).toEqual(['between'])
  for (const payload of ['', 'x'.repeat(125)]) raw.socket.write(frame(ping, payload))
  raw.socket.write(frame(pong, 'unasked'))
  await raw.until(() => raw.pongs.length === 3)
  raw.destroy()
  const goodCodes = [undefined, 1_000, 1_001, 1_002, 1_003, 1_007, 1_011, 3_000, 3_999, 4_000, 4_999]
  const answers = await Promise.all(goodCodes.map((code) => closedBy(closeFrame(code, code ? 'x'.repeat(123) : ''))))
  expect(answers).toEqual(goodCodes.map((code) => code ?? 1_005))
  await server.control.lives()
})

it('T4: nothing behind a goodbye is heard', async () => {
  const update = { conversationId: 'behind', category: 'info', text: 'unheard' }
  const publish = { id: 1, method: 'mutation', params: { path: 'status.publish', input: update } }
  expect(await closedBy(closeFrame(1_000), frame(text, JSON.stringify(publish)))).toBe(1_000)
  const raw = await openRaw(server.port)
  raw.ask({ id: 2, method: 'query', params: { path: 'status.history', input: { conversationId: 'behind' } } })
  await raw.hears('"updates":[]')
  raw.destroy()
})

it('T5: text that is no UTF-8 is closed with 1007, wherever it is split, also in a goodbye', async () => {
  const cases = badUtf8.flatMap((bytes) => {
    const wrong = Buffer.from(bytes)
    return [
      [frame(text, Buffer.concat([Buffer.from('{"a":"'), wrong, Buffer.from('"}')]))],
      [frame(text, wrong, { isFinal: false }), frame(continuation, '"}')],
      [frame(close, Buffer.concat([Buffer.from([3, 232]), wrong]))],
    ]
  })
  const codes = await server.control.during(Promise.all(cases.map((parts) => closedBy(...parts))))
  expect(codes).toEqual(cases.map(() => 1_007))
})

it('T5: a character may be split between parts, and half a character in JSON comes out whole or not at all', async () => {
  const raw = await openRaw(server.port)
  const publish = (words: string): string =>
    `{"id":1,"method":"mutation","params":{"path":"status.publish","input":{"conversationId":"halves","category":"info","text":"${words}"}}}`
  const bytes = Buffer.from(publish('euro € sign'))
  const inEuro = bytes.indexOf(0xe2) + 1
  raw.socket.write(frame(text, bytes.subarray(0, inEuro), { isFinal: false }))
  raw.socket.write(frame(continuation, bytes.subarray(inEuro)))
  raw.say(publish('half \\ud800 high'), publish('half \\udc00 low'), publish('\\udc00\\ud800'))
  await raw.until(() => raw.texts.length === 4)
  raw.ask({ id: 2, method: 'query', params: { path: 'status.history', input: { conversationId: 'halves' } } })
  await raw.hears('"head"')
  const history = raw.texts.at(-1) ?? ''
  const texts = [...history.matchAll(/"text":"([^"]*)"/g)].map(([, said]) => said)
  expect(texts).toHaveLength(4)
  expect(texts.every((said) => said?.isWellFormed())).toBe(true)
  expect(history).not.toMatch(/\\ud[89a-f]/i)
  expect(texts).toContain('euro € sign')
  raw.destroy()
  await server.control.lives()
})

it('T6: a message over 64 KiB is closed with 1009, and costs no memory, sent, half sent or only promised', async () => {
  const sent = [65_537, 1_048_576].map((length) => [frame(text, 'x'.repeat(length))])
  const promised = [65_537n, 1_048_576n, 1_073_741_824n].map((claimedLength) => [frame(text, 'x', { claimedLength })])
  const inParts = [[part(text, 'x'.repeat(40_000)), frame(continuation, 'x'.repeat(40_000))]]
  const cases = Array.from({ length: 10 }, () => [...sent, ...promised, ...inParts]).flat()
  const growth = await server.growth(async () => {
    const codes = await Promise.all(cases.map((parts) => closedBy(...parts)))
    expect(codes).toEqual(cases.map(() => 1_009))
  })
  expect(growth).toBeLessThan(25_000_000)
})

it('T7: a message of more than 64 parts is closed with 1008, and a flood of them costs no memory', async () => {
  const begin = part(text, '')
  const flood = Buffer.concat([begin, ...Array.from({ length: 16_000 }, () => part(continuation, 'x'))])
  const growth = await server.growth(async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => openRaw(server.port)))
    for (const raw of sockets) raw.socket.write(flood)
    expect(await Promise.all(sockets.map((raw) => raw.closed()))).toEqual(sockets.map(() => 1_008))
    for (const raw of sockets) raw.destroy()
  })
  expect(growth).toBeLessThan(25_000_000)
})

it('T10: pings of the protocol in a flood are answered in measure, and who does not read is hung up on', async () => {
  const flood = Buffer.concat(Array.from({ length: 20_000 }, (_, index) => frame(ping, `${index}`)))
  const sockets: RawSocket[] = await Promise.all(Array.from({ length: 5 }, () => openRaw(server.port)))
  const growth = await server.growth(async () => {
    for (const raw of sockets) {
      raw.socket.pause()
      for (let times = 0; times < 20; times++) raw.socket.write(flood)
    }
    await vi.waitFor(async () => expect((await server.remote.size()).connections).toBe(1), patience)
  })
  for (const raw of sockets) raw.destroy()
  expect(growth).toBeLessThan(25_000_000)
})

it('M16: bytes instead of text are closed with 1003', async () => {
  const cases = [
    [frame(binary, Buffer.from([1, 2, 3]))],
    [frame(binary, '{"id":1}')],
    [part(binary, ''), frame(continuation)],
  ]
  const codes = await server.control.during(Promise.all(cases.map((parts) => closedBy(...parts))))
  expect(codes).toEqual([1_003, 1_003, 1_003])
})
