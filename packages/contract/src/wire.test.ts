import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TelltaleError } from './errors.ts'
import * as wire from './wire.ts'

/** Every file and package that is loaded at run time with a source file; types are stripped before they are looked for. */
function loadedBy(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set([entry])
  const packages = new Set<string>()
  for (const file of files) {
    const code = stripTypeScriptTypes(readFileSync(file, 'utf8'))
    // At the beginning of a line: an import in the example of a comment is none.
    for (const [, specifier = ''] of code.matchAll(/^(?:(?:import|export)\b.*|\} )?(?:from|import) '([^']+)'/gm)) {
      if (specifier.startsWith('.')) files.add(join(dirname(file), specifier))
      else packages.add(specifier)
    }
  }
  return { files, packages }
}

describe('the subpath wire', () => {
  it('loads no package at all, so that the client carries neither zod nor superjson', () => {
    const { files, packages } = loadedBy(join(import.meta.dirname, 'wire.ts'))
    expect([...packages]).toEqual([])
    expect([...files].map((file) => relative(import.meta.dirname, file))).toContain(join('status', 'snapshot.ts'))
  })

  it('is not passed by a walk that sees nothing: the main entry loads both', () => {
    expect([...loadedBy(join(import.meta.dirname, 'index.ts')).packages].sort()).toEqual(['superjson', 'zod'])
  })

  it('has the same error class as the main entry', () => {
    expect(wire.TelltaleError).toBe(TelltaleError)
  })
})
