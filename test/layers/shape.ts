import type { SourceFile } from './house.ts'

/** Most lines of a file. */
export const linesMax = 300

const forbiddenNames = /^(types?|utils?|helpers?|common|misc)$/

/** Files that are too long, and names that say nothing, each as a sentence. */
export function findMisshapen(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const found: string[] = []
    const lines = text.replace(/\n$/, '').split('\n').length
    if (lines > linesMax) found.push(`${path} has ${lines} lines, over ${linesMax}: it does more than one thing`)
    const parts = path.split('/')
    const name = parts.pop()?.split('.')[0] ?? ''
    // The folder test/types holds tests of types: outside of the sources a folder's name is free.
    const folders = /^(packages|apps)\//.test(path) ? parts : []
    for (const word of [name, ...folders]) {
      if (forbiddenNames.test(word)) found.push(`${path}: '${word}' does not say what is in it`)
    }
    return found
  })
}
