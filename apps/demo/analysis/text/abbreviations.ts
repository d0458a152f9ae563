/** They stand before what they belong to, so no sentence ends with them. */
const neverLast: ReadonlySet<string> = new Set(
  [
    'dr mr mrs ms prof rev gen sen gov st hon vs approx eds',
    'hr fr dipl bzw bspw beispielsw ggf inkl evtl vgl sog geb gez',
    'm mm mme mlle pr cf av env sr sra srta dra ud uds',
  ].flatMap((words) => words.split(' ')),
)

/** They stand before a number; without one they may be a sentence's last word (`No.`). */
const beforeNumber: ReadonlySet<string> = new Set(
  'no nos nr fig figs eq sec ch vol p pp art ca abb kap bd s abs tab núm pág n'.split(' '),
)

const germanMonth =
  /^(?:januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|jan|feb|mär|apr|jun|jul|aug|sept?|okt|nov|dez)/iu

/**
 * Whether a full stop that Unicode's rules take for a sentence's end is none: after a title (`Dr. Smith`), initials
 * and dotted abbreviations (`J. K.`, `e.g.`, `z. B.`), an abbreviation before its number (`Fig. 3`), the number of an
 * item (`1. Wash`) and a German date (`3. Mai`). A sentence that truly ends with an initial is joined with the next.
 * `before` is what stands before the full stop, `isAlone` says that nothing stands before that.
 */
export function isMidSentence(before: string, after: string, isAlone: boolean): boolean {
  const [, word] = /(?:^|[\s([{"'“„«])([\p{L}\p{N}.]+)\.\s*$/u.exec(before) ?? []
  if (word === undefined) return false
  if (/^(?:\p{L}\.)*\p{L}$/u.test(word)) return word !== 'I'
  const lower = word.toLowerCase()
  if (neverLast.has(lower)) return true
  if (beforeNumber.has(lower)) return /^\p{N}/u.test(after)
  if (!/^\p{N}{1,3}$/u.test(word)) return false
  return (isAlone && before.trim() === `${word}.`) || (Number(word) <= 31 && germanMonth.test(after))
}
