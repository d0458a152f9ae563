import { describe, expect, it } from 'vitest'
import { redact, redactEntries } from './redact.ts'

/** What is said, the secrets in it, and what is to be left of it. */
const secrets: readonly [said: string, secrets: readonly string[], shown: string][] = [
  // In addresses.
  [
    'connect postgres://app:hunter2@db:5432/main failed',
    ['hunter2'],
    'connect postgres://[redacted]@db:5432/main failed',
  ],
  ['redis://:p@ss/w#rd?x@cache:6379 is away', ['p@ss', 'w#rd'], 'redis://[redacted]@cache:6379 is away'],
  ['clone https://ghtoken7@git.example.com/a', ['ghtoken7'], 'clone https://[redacted]@git.example.com/a'],
  ['https://a.example/x,http://u:pw1@b.example', ['pw1'], 'https://a.example/x,http://[redacted]@b.example'],
  [
    'GET https://x.example/v1?code=q7&user=ada gave 401',
    ['q7', 'ada'],
    'GET https://x.example/v1?code=[redacted]&user=[redacted] gave 401',
  ],
  ['back at https://x.example/#id_hint=q7', ['q7'], 'back at https://x.example/#id_hint=[redacted]'],
  ['dial root:hunter2@tcp(127.0.0.1:3306)/shop', ['root', 'hunter2'], 'dial [redacted]@tcp(127.0.0.1:3306)/shop'],
  ['no route to admin:hunter2@10.0.0.7', ['hunter2'], 'no route to [redacted]@10.0.0.7'],
  // By name.
  ['password=hunter2;host=db', ['hunter2'], 'password=[redacted];host=db'],
  ['Server=db;Password=p@ss;w0rd,x;Database=shop', ['p@ss', 'w0rd'], 'Server=db;Password=[redacted];Database=shop'],
  ['password: swordfish was refused', ['swordfish'], 'password: [redacted] was refused'],
  ['{"passwd":"hunter 2","user":"ada"}', ['hunter', '2"'], '{"passwd":[redacted],"user":"ada"}'],
  ['{\\"pwd\\":\\"hunter2\\",\\"user\\":\\"ada\\"}', ['hunter2'], '{\\"pwd\\":[redacted],\\"user\\":\\"ada\\"}'],
  ['{"secrets":["s1","s2]",{"a":"s3"}],"ok":1}', ['s1', 's2', 's3'], '{"secrets":[redacted],"ok":1}'],
  ['client_secret = "a \\" b" is wrong', ['b"'], 'client_secret = [redacted] is wrong'],
  ["apiKey: 'k3y' is wrong", ['k3y'], 'apiKey: [redacted] is wrong'],
  ['api key: k3y was refused', ['k3y'], 'api key: [redacted] was refused'],
  ['x-api-key: k3y', ['k3y'], 'x-api-key: [redacted]'],
  ['OPENAI_API_KEY=k3y is not set right', ['k3y'], 'OPENAI_API_KEY=[redacted] is not set right'],
  ['private_key => "k3y"', ['k3y'], 'private_key => [redacted]'],
  ['(access_token=t0k) expired', ['t0k'], '(access_token=[redacted]) expired'],
  ['token: t0k was refused', ['t0k'], 'token: [redacted] was refused'],
  ['next is token%3Dt0k', ['t0k'], 'next is token%3D[redacted]'],
  ['user[password]=hunter2', ['hunter2'], 'user[password]=[redacted]'],
  ['Cookie: sid=c1; theme=c2', ['c1', 'c2'], 'Cookie: [redacted]'],
  ['session=5e55; x', ['5e55'], 'session=[redacted]; x'],
  ['Credential=AK/2026, Signature=c0de', ['AK', 'c0de'], 'Credential=[redacted], Signature=[redacted]'],
  ['mysql --password hunter2 -h db', ['hunter2'], 'mysql --password [redacted] -h db'],
  ['DB_PASS=hunter2', ['hunter2'], 'DB_PASS=[redacted]'],
  ['password: token: a1b2', ['a1b2'], 'password: [redacted]: [redacted]'],
  ['password=hunter2: access denied', ['hunter2'], 'password=[redacted]: access denied'],
  ['{"password":"never clo', ['never', 'clo'], '{"password":[redacted]'],
  // With a scheme.
  ['Authorization: Bearer abc.def', ['abc', 'def'], 'Authorization: [redacted]'],
  ['authorization: Custom abc123', ['abc123'], 'authorization: [redacted]'],
  ['sent Bearer mytoken, got 401', ['mytoken'], 'sent Bearer [redacted], got 401'],
  ['sent basic dXNlcjpwYXNz.', ['dXNlcjpwYXNz'], 'sent basic [redacted].'],
  // By shape.
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is old', ['eyJ', 'c2ln'], 'jwt [redacted] is old'],
  ['Incorrect API key provided: sk-proj-a1b2c3.', ['sk-', 'a1b2'], 'Incorrect API key provided: [redacted].'],
  ['sk_live_a1b2c3d4 is no test key', ['a1b2'], '[redacted] is no test key'],
  ['pk_live_a1b2c3d4, rk_live_a1b2c3d4', ['a1b2'], '[redacted], [redacted]'],
  ['ghp_a1b2c3d4e5f6 has no scope', ['a1b2'], '[redacted] has no scope'],
  ['github_pat_11AAA_b2c3', ['11AAA'], '[redacted]'],
  ['glpat-a1b2c3d4', ['a1b2'], '[redacted]'],
  ['xoxb-12-34-abcd', ['abcd'], '[redacted]'],
  ['AKIAIOSFODNN7EXAMPLE is not allowed', ['IOSFODNN'], '[redacted] is not allowed'],
  ['AIzaSyA1234567890abcdefg', ['SyA123'], '[redacted]'],
  ['gsk_a1b2c3d4e5f6g7h8, whsec_a1b2c3d4, ya29.a1b2c3d4', ['a1b2'], '[redacted], [redacted], [redacted]'],
  ['npm_abcdefghijklmnopqrstuvwxyz0123456789', ['abcdef'], '[redacted]'],
  ['hf_abcdefghijklmnopqrstuvwxyzABCDEFGH', ['abcdef'], '[redacted]'],
  ['-----BEGIN RSA PRIVATE KEY----- MIIE pA -----END RSA PRIVATE KEY----- x', ['MIIE', 'pA'], '[redacted] x'],
  ['bad -----BEGIN PRIVATE KEY----- MIIE pA', ['MIIE', 'pA'], 'bad [redacted]'],
  ['hash 3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c differs', ['3f9a'], 'hash [redacted] differs'],
  [
    'blob 3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c/3f2504e0-4f89-11d3-9a0c-0305e82c3301',
    ['3f9a'],
    'blob [redacted]3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  ],
  ['wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', ['K7MDENG'], '[redacted]'],
  ['AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MTIzNA==', ['Zm9v', '=='], 'AccountKey=[redacted]'],
  ['https://hooks.example/services/T00000000/B11111111/aBcDeFgHiJ', ['T000', 'aBcD'], 'https://hooks.[redacted]'],
  // Of people and machines.
  ['mail to ada.lovelace+x@example.co.uk bounced', ['ada', 'example'], 'mail to [redacted] bounced'],
  ['jürgen@müller.de is taken', ['jürgen', 'müller'], '[redacted] is taken'],
  [
    "ENOENT: no such file, open '/home/ada/app/secret.json'",
    ['ada', 'app'],
    "ENOENT: no such file, open '…/secret.json'",
  ],
  ["EACCES '/Users/ada/My Plans/plan b.txt'", ['ada', 'My'], "EACCES '…/plan b.txt'"],
  ['/home/ada/keys is missing', ['home', 'ada'], '…/keys is missing'],
  ['/etc/app/db.conf:12:5 is odd', ['etc'], '…/db.conf:12:5 is odd'],
  ['Cannot find module file:///data/ada/x.mjs', ['data', 'ada'], 'Cannot find module …/x.mjs'],
  ['C:\\Users\\Ada Lovelace\\app\\x.json is missing', ['Users', 'Ada', 'app'], '…/x.json is missing'],
  ['"C:\\\\Users\\\\ada\\\\x.json"', ['ada'], '"…/x.json"'],
  ['file:///C:/Users/ada/x.mjs', ['ada'], '…/x.mjs'],
  ['\\\\server\\share\\x.txt is locked', ['server', 'share'], '…/x.txt is locked'],
]

const ordinary = [
  'Model overloaded, try again in 20 seconds',
  'Unexpected token } in JSON at position 12',
  `Unexpected token '<', "<!DOCTYPE "... is not valid JSON`,
  'Unexpected token: }',
  'HTTP 429 Too Many Requests',
  'The page https://example.com/docs/intro was not found',
  'See https://example.com/docs/v2/getting-started/with-react19-and-others',
  'https://unpkg.com/react@18/index.js gave 404',
  'http://localhost:8080/@scope/pkg was not found',
  'http://[::1]/x@y was not found',
  'Order 3f2504e0-4f89-11d3-9a0c-0305e82c3301 is not known',
  '/v1/conversations/3f2504e0-4f89-11d3-9a0c-0305e82c3301/messages gave 404',
  'Nothing came since 2026-11-21T10:52:38.123Z',
  'POST /v1/chat/completions gave 404',
  'GET /users/42 failed',
  'connect ECONNREFUSED 127.0.0.1:5432',
  'getaddrinfo ENOTFOUND api.example.com',
  "Cannot read properties of undefined (reading 'length')",
  "This model's maximum context length is 8192 tokens, but you asked for 9000 tokens",
  'Too many tokens: 9000 of 8192',
  'max_tokens=4096 is more than the model allows',
  'Invalid token: jwt expired',
  'Invalid credentials: the account is locked',
  'The token is null, token: undefined',
  'Unexpected token: punc (})',
  'Missing credentials: ANTHROPIC_API_KEY is not set',
  "Access denied for user 'app'@'10.0.0.1' (using password: YES)",
  'password authentication failed for user "app"',
  'The request signature we calculated does not match the signature you provided',
  'WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired"',
  '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}',
  '[ { "code": "invalid_type", "path": [ "token" ], "message": "Invalid input" } ]',
  'Basic authentication is required',
  'Basic JavaScript is enough',
  'Bearer token is missing',
  'Your session has expired, sign in again',
  'Password must have 12 characters',
  'Foo::Token::new failed',
  'tokenizer=cl100k_base is not known',
  'secrets.json: not found',
  'packages/contract/src/status/span-fold.ts has 12 faults',
  'The model claude-sonnet-4-5-20250929-thinking-v2 does not exist',
  'ERR_HTTP2_STREAM_SELF_DEPENDENCY',
  'Package react@18.2.0 needs node >= 18',
  'npm:react@18.2.0 and npm_config_cache are not ours',
  'hf_hub_download failed after 3 of 5 attempts',
  'The task-force-of-twenty-two-people-in-2026-is-away',
  'Supercalifragilisticexpialidociousness is one word',
  'Price is 5 € – naïve café 😀',
]

describe('redact', () => {
  it.each(secrets)('hides what nobody may read in: %s', (said, hidden, shown) => {
    const safe = redact(said)
    for (const secret of hidden) {
      expect(said).toContain(secret)
      expect(safe).not.toContain(secret)
    }
    expect(safe).toBe(shown)
  })

  it.each(secrets)('hides it in the middle of a sentence as well: %s', (said, hidden) => {
    const safe = redact(`Step 3 failed (attempt 2) {"detail": "${said}"} and was given up`)
    for (const secret of hidden) expect(safe).not.toContain(secret)
    expect(safe).toMatch(/^Step 3 failed \(attempt 2\) /)
  })

  it.each(secrets)('leaves alone what it has made: %s', (said) => {
    expect(redact(redact(said))).toBe(redact(said))
  })

  it.each(ordinary)('lets through: %s', (said) => {
    expect(redact(said)).toBe(said)
  })

  // A shape that looks back over and over again would need hours for these.
  const units = [
    'a',
    'A1',
    'a.',
    'a@',
    'a@b.',
    ' ',
    '-',
    '--a ',
    '://',
    '://a:',
    ':',
    'a:',
    'a:b@',
    '=',
    '"',
    '\\',
    '\\"',
  ]
  const begun = [
    'token=',
    'token= ',
    'token="',
    'token=[',
    'token=a,a ',
    'api ',
    'cookie=a; ',
    '-----BEGIN ',
    'eyJ.',
    'sk-',
  ]
  const paths = [
    '/',
    '/a',
    '"/',
    '/home/',
    'C:\\',
    'C:\\a ',
    '\\\\a\\',
    'file://',
    '?a=',
    'basic ',
    'a1-',
    '0123abcd-',
    '…',
  ]
  it.each([...units, ...begun, ...paths])('needs time in proportion to the text: 300 kB of %j', (unit) => {
    const text = unit.repeat(300_000 / unit.length)
    expect(redact(`${text} password=hunter2`)).not.toMatch(/hunter2$/)
    expect(redact(`password=hunter2 ${text}`)).not.toContain('hunter2')
  })
})

describe('redactEntries', () => {
  it('redacts every key that is named like a secret, at any depth', () => {
    const entries = {
      query: 'weather',
      apiKey: 'k',
      API_KEY: 'k',
      'x-api-key': 'k',
      'api key': 'k',
      headers: { Authorization: 'Bearer b', 'Set-Cookie': ['a', 'b'], accept: 'json' },
      list: [{ userPassword: 'p', deep: [[{ refresh_token: 't' }]] }, 'plain', null, 7, true],
      credentials: { user: 'ada', key: 'k' },
      sessionId: 7,
      passwd: null,
    }
    const before = structuredClone(entries)
    expect(redactEntries(entries)).toEqual({
      query: 'weather',
      apiKey: '[redacted]',
      API_KEY: '[redacted]',
      'x-api-key': '[redacted]',
      'api key': '[redacted]',
      headers: { Authorization: '[redacted]', 'Set-Cookie': '[redacted]', accept: 'json' },
      list: [{ userPassword: '[redacted]', deep: [[{ refresh_token: '[redacted]' }]] }, 'plain', null, 7, true],
      credentials: '[redacted]',
      sessionId: '[redacted]',
      passwd: '[redacted]',
    })
    expect(entries).toEqual(before)
  })

  it('keeps numbers of tokens, which are counted and not secret', () => {
    const counts = { maxTokens: 500, total_tokens: 12, tokenCount: 3, token_limit: 9 }
    expect(redactEntries(counts)).toEqual(counts)
    expect(redactEntries({ maxTokens: 'a', token: 1, tokens: ['a'] })).toEqual({
      maxTokens: '[redacted]',
      token: '[redacted]',
      tokens: '[redacted]',
    })
  })

  it('answers nothing for what is not JSON, cycles and lists among it', () => {
    const cycle: { [key: string]: never } = {}
    Object.assign(cycle, { a: cycle, b: cycle, c: cycle, d: cycle })
    for (const entries of [
      cycle,
      { at: 1n },
      {
        get a() {
          throw new Error('no')
        },
      },
      [1],
      'text',
    ])
      expect(redactEntries(entries as never)).toBeUndefined()
  })
})
