import { UndirectedGraph } from 'graphology'
import { pagerank } from 'graphology-metrics/centrality/index.js'
import type { Sentence } from './sentences.ts'

/** Most sentences that are compared with each other: the work grows with the square. */
export const rankedMax = 400
/** Shorter ones say too little, longer ones are no summary, in words. */
const wordsMin = 5
const wordsMax = 60
/** What is longer is no prose, in characters. */
const lengthMax = 600

/** The sentences that may stand in a summary: prose, neither headings nor items. */
export function rankable(sentences: readonly Sentence[]): readonly Sentence[] {
  return sentences.filter(
    ({ role, text, words }) =>
      role === 'paragraph' && text.length <= lengthMax && words.length >= wordsMin && words.length <= wordsMax,
  )
}

/**
 * Chooses the sentences that are most like the others: TextRank (Mihalcea and Tarau 2004). The similarity of two is the
 * number of words they share, over the sum of the logarithms of their lengths; stop words are not counted. From three
 * to five of them, in the document's order.
 */
export async function summarise(
  sentences: readonly Sentence[],
  stopWords: ReadonlySet<string>,
  onCompared: (count: number) => Promise<void> | undefined = () => undefined,
): Promise<string[]> {
  const telling = sentences.map(
    ({ words }) => new Set(words.map((word) => word.toLowerCase()).filter((word) => !stopWords.has(word))),
  )
  const graph = new UndirectedGraph()
  for (const [index, own] of telling.entries()) {
    graph.addNode(index)
    for (const [other, theirs] of telling.slice(0, index).entries()) {
      const weight = similarity(own, theirs)
      if (weight > 0) graph.addEdge(index, other, { weight })
    }
    await onCompared(index + 1)
  }
  const ranks = graph.size === 0 ? {} : pagerank(graph, { getEdgeWeight: 'weight', maxIterations: 1_000 })
  return sentences
    .map(({ text }, index) => ({ text, index, rank: ranks[index] ?? 0 }))
    .toSorted((a, b) => b.rank - a.rank || a.index - b.index)
    .slice(0, Math.min(5, Math.max(3, Math.round(sentences.length / 15))))
    .toSorted((a, b) => a.index - b.index)
    .map(({ text }) => text)
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  // The logarithm of one is none; a single word is like nothing.
  if (a.size < 2 || b.size < 2) return 0
  let shared = 0
  for (const word of a) if (b.has(word)) shared++
  return shared / (Math.log(a.size) + Math.log(b.size))
}
