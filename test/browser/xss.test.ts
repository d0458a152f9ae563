import type { Page } from 'playwright'
import { beforeAll, describe, expect, it } from 'vitest'
import { isBrowserExpected } from './chromium.ts'
import { type Demo, openDemo } from './demo.ts'

const patience = { timeout: 20_000, interval: 20 }
const bait = 'window.__xss=1'

/** After the collections of OWASP and PortSwigger: each would run the bait in some page that is careless in some way. */
const payloads = [
  ...['script', 'SCRIPT', 'scr\u0000ipt', 'ScRiPt '].map((tag) => `<${tag}>${bait}</${tag}>`),
  ...['img', 'image', 'video', 'audio', 'input type=image', 'embed', 'body'].flatMap((tag) => [
    `<${tag} src=x onerror=${bait}>`,
    `"><${tag} src=x onerror="${bait}">`,
    `'><${tag} src=x onerror='${bait}'>`,
  ]),
  ...['svg', 'body', 'iframe', 'style', 'link rel=stylesheet href=x', 'object data=x'].map(
    (tag) => `<${tag} onload=${bait}>`,
  ),
  ...['details open ontoggle', 'marquee onstart', 'select autofocus onfocus', 'input autofocus onfocus'].map(
    (tag) => `<${tag}=${bait}>`,
  ),
  ...['textarea autofocus onfocus', 'x onclick', 'x onpointerenter', 'x onanimationstart style=animation-name:x'].map(
    (tag) => `<${tag}=${bait}>x`,
  ),
  ...['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].map(
    (name) => `<a ${name}="javascript:${bait}">x</a>`,
  ),
  ...[
    'javascript:',
    'JaVaScRiPt:',
    ' javascript:',
    'java\tscript:',
    'java\nscript:',
    '\u0001javascript:',
    'javascript&colon;',
  ].flatMap((scheme) => [`${scheme}${bait}`, `[x](${scheme}${bait})`, `<${scheme}${bait}>`]),
  ...['data:text/html,', 'data:text/html;base64,', 'vbscript:', 'blob:', 'filesystem:'].map(
    (scheme) => `[x](${scheme}<script>${bait}</script>)`,
  ),
  ...['</script>', '</style>', '</title>', '</textarea>', '-->', ']]>', '</template>', '</noscript>'].map(
    (end) => `${end}<script>${bait}</script>`,
  ),
  `<svg><script>${bait}</script></svg>`,
  `<svg><a xlink:href="javascript:${bait}"><text>x</text></a></svg>`,
  `<svg><animate onbegin=${bait} attributeName=x></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${bait}></style></mglyph></table></mtext></math>`,
  `<iframe srcdoc="<script>parent.${bait}</script>"></iframe>`,
  `<base href="javascript:${bait}//">`,
  `<meta http-equiv=refresh content="0;url=javascript:${bait}">`,
  `<form><button formaction="javascript:${bait}">x</button></form>`,
  `<style>@import 'javascript:${bait}';</style>`,
  `<div style="background:url(javascript:${bait})">x</div>`,
  `<template><script>${bait}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${bait}>">`,
  `{{constructor.constructor('${bait}')()}}`,
  `\${${bait}}`,
  `<%= ${bait} %>`,
  `#{${bait}}`,
  `';${bait};//`,
  `";${bait};//`,
  `\\";${bait};//`,
  `&lt;script&gt;${bait}&lt;/script&gt;`,
  `&#60;script&#62;${bait}&#60;/script&#62;`,
  `%3Cscript%3E${bait}%3C/script%3E`,
  `\u003cscript\u003e${bait}\u003c/script\u003e`,
  `+ADw-script+AD4-${bait}+ADw-/script+AD4-`,
  `![x](x"onerror="${bait})`,
  `<!--<img src="--><img src=x onerror=${bait}//">`,
  `<img/src=x/onerror=${bait}>`,
  `<img src=x:x onerror\u000b=${bait}>`,
  `<a href=https://evil.example target=_blank>x</a>`,
  `__html`,
]

interface Reports {
  __xss?: unknown
  __reports?: string[]
}

/** What the page has run, and what its policy had to stop. */
const outcome = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const { __xss, __reports } = window as Reports
    return [__xss, __reports]
  })

describe.runIf(isBrowserExpected)('what strangers write', () => {
  let demo: Demo
  beforeAll(async () => {
    demo = await openDemo()
    return () => demo[Symbol.asyncDispose]()
  })

  it('J1: is shown as text wherever the page shows it: nothing of it runs, and the policy has nothing to stop', async () => {
    expect(payloads.length).toBeGreaterThan(100)
    await using tab = await demo.open('payloads')
    const { page } = tab
    await page.addInitScript(() => {
      const reports: string[] = []
      Object.assign(window, { __reports: reports })
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => reports.push(violatedDirective))
    })
    await page.reload()
    await tab.untilLive()
    await using client = demo.client()
    for (const [index, payload] of payloads.entries()) {
      const category = (['error', 'tool', 'info', 'engine', 'workflow', 'progress'] as const)[index % 6] ?? 'info'
      const metadata = {
        [payload]: payload,
        tool: payload,
        url: payload,
        link: `https://x/${payload}`,
        list: [payload],
      }
      const named = {
        ...metadata,
        message: payload,
        source: payload,
        model: payload,
        stage: payload,
        workflow: payload,
      }
      await client.publish({ conversationId: 'payloads', category, text: `${index} ${payload}`, metadata: named })
    }
    await expect.poll(() => tab.offsets().then(([newest]) => newest), patience).toBe(payloads.length)
    // Everything that opens is opened, and everything that may be pointed at is.
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true
      for (const element of document.querySelectorAll('main *')) element.dispatchEvent(new Event('pointerenter'))
    })
    expect(await outcome(page)).toEqual([undefined, []])
    expect(await page.locator('main :is(script, iframe, object, embed, base, meta, math, marquee)').count()).toBe(0)
    expect(await page.locator('a[href]:not([href^="/"], [href^="?"], [href^="#"], [href^="http"])').count()).toBe(0)
    const foreign = page.locator('a[target="_blank"]:not([rel~="noopener"], [rel~="noreferrer"])')
    expect(
      await foreign.evaluateAll((links) => links.filter((link) => !link.matches('[href^="/"], [href^="?"]')).length),
    ).toBe(0)
    expect(tab.faults).toEqual([])
  })

  it('J1: the page is served with a policy that allows no script but its own', async () => {
    const response = await fetch(demo.server.url)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/default-src '(none|self)'/)
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*|data:(?=.*script)/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    await using tab = await demo.open('policy')
    const hasRun = await tab.page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'window.__xss = 1'
      document.body.append(script)
      return '__xss' in window
    })
    expect(hasRun).toBe(false)
  })

  it('J4: text that turns the direction round turns only itself', async () => {
    await using tab = await demo.open('directions')
    await using client = demo.client()
    await client.publish({ conversationId: 'directions', category: 'info', text: '\u202Edrowkcab\u2067 and on' })
    await expect.poll(async () => (await tab.rows()).join(), patience).toContain('drowkcab')
    const isolates = await tab.page
      .getByText('drowkcab')
      .first()
      .evaluate((element) => getComputedStyle(element).unicodeBidi)
    expect(isolates).toMatch(/isolate|plaintext/)
  })
})
