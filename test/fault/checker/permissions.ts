import type { Findings } from './findings.ts'
import type { ReaderFacts } from './told.ts'

/** How long what is under way may still come after a permission ended, in milliseconds. */
const graceMs = 2_000

/** Nothing that carries updates comes after the permission has ended. */
export function checkPermission(
  facts: ReaderFacts,
  steps: readonly { readonly atMs: number; readonly carries: number }[],
  findings: Findings,
): void {
  const { revokedAtMs } = facts
  if (revokedAtMs === null) return
  const late = steps.filter(({ atMs, carries }) => carries > 0 && atMs > revokedAtMs + graceMs)
  if (late.length > 0) findings.add('I5', facts.name, `${late.length} times something came after the permission ended`)
}
