const winds = ['brisk', 'calm', 'fair', 'fresh', 'gentle', 'keen', 'light', 'mild', 'quiet', 'steady', 'soft', 'warm']
const crafts = ['brig', 'clipper', 'cutter', 'dinghy', 'ketch', 'lugger', 'pilot', 'schooner', 'skiff', 'sloop', 'yawl']
const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A new conversation's id: words to tell it by, and enough chance that nobody guesses it. */
export function newConversationId(): string {
  // Not randomUUID: the browser has it only under TLS, and a phone in the same room comes without.
  const chance = crypto.getRandomValues(new Uint32Array(12))
  const pick = (of: readonly string[] | string, at: number): string => of[(chance[at] ?? 0) % of.length] ?? ''
  const tail = Array.from({ length: 10 }, (_, index) => pick(letters, index + 2)).join('')
  return `${pick(winds, 0)}-${pick(crafts, 1)}-${tail}`
}
