import type { ParsedDocument } from '../document.ts'
import type { StepResult } from '../messages.ts'
import { counted, type Report } from '../report.ts'
import { checkLinks } from '../text/link-form.ts'

/** Most links that are handed out; their number is told in full. */
const linksMax = 500

/** Checks the form of links. */
export function links(document: ParsedDocument, report: Report): StepResult<null> {
  const checking = `Checking ${counted(document.links.length, 'link')}; none is followed`
  const found = report.tool({ tool: 'URL', text: checking }, (span) => {
    const checked = checkLinks(document.links)
    span.end(`Checked ${counted(document.links.length, 'link')}`, { resultCount: checked.length })
    return checked
  })
  const malformed = found.filter(({ isWellFormed }) => !isWellFormed)
  for (const { url, problem = '' } of malformed.slice(0, 10)) {
    report.info(`Malformed: ${url.slice(0, 100).toWellFormed()} (${problem})`, { problem })
  }
  if (found.length > linksMax) report.info(`Only the first ${linksMax} of ${counted(found.length, 'link')} are listed`)
  const text = `Checked ${counted(found.length, 'address', 'addresses')}, ${malformed.length} malformed`
  return {
    value: null,
    text: found.length === 0 ? 'There are no links' : text,
    findings: { links: found.slice(0, linksMax) },
    facts: { links: document.links.length, addresses: found.length, malformed: malformed.length },
  }
}
