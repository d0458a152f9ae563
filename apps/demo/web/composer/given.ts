import type { Given } from '../results/calls.ts'

/** A file as it is handed in. */
export function givenFile(file: File): Given {
  return { name: file.name, content: file }
}

/** Pasted text as it is handed in, under a name that says what it looks like. */
export function givenText(text: string): Given & { readonly name: string } {
  return { name: nameOf(text), content: new Blob([text]) }
}

function nameOf(text: string): string {
  if (/^\s*<(!doctype html|html|body|article|h1|p)\b/i.test(text)) return 'pasted.html'
  return /^(#{1,6} |[-*] |```)|\[[^\]]+\]\([^)]+\)/m.test(text) ? 'pasted.md' : 'pasted.txt'
}
