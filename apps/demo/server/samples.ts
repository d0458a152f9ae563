import { readFile, stat } from 'node:fs/promises'
import type { Sample } from '../api/analysis.ts'

/** The documents that come with the demo, in the order they are offered. */
const samples = [
  {
    id: 'essay',
    name: 'the-status-that-lied.pdf',
    about: 'A long essay on why status reports go wrong, with headings, links and abbreviations',
  },
  {
    id: 'guide',
    name: 'guide-to-calm-deploys.md',
    about: 'A Markdown guide with lists, tables and every kind of link',
  },
  { id: 'article', name: 'lighthouse.html', about: 'A web article; some of its links are malformed' },
  { id: 'letter', name: 'brief.txt', about: 'A letter in German' },
  { id: 'story', name: 'le-phare.txt', about: 'A French text' },
  { id: 'logbook', name: 'bitacora.txt', about: 'A Spanish text in an old encoding: it takes a second attempt' },
  { id: 'broken', name: 'broken.pdf', about: 'A PDF that was cut off: what failure looks like' },
] as const

const folder = new URL('../samples/', import.meta.url)

/** The samples, with their sizes. */
export function listSamples(): Promise<Sample[]> {
  return Promise.all(
    samples.map(async (sample) => ({ ...sample, bytes: (await stat(new URL(sample.name, folder))).size })),
  )
}

/** The name and content of a sample; `null` when there is none of that id. */
export async function readSample(id: string): Promise<{ readonly name: string; readonly bytes: Uint8Array } | null> {
  const sample = samples.find((other) => other.id === id)
  if (!sample) return null
  return { name: sample.name, bytes: await readFile(new URL(sample.name, folder)) }
}
