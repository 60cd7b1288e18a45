import { tight } from './pasted.ts'

/** How much may stand between the first and the last words of a phrase, spaces not counted. */
const REACH = 600

/**
 * Does the text say it? Words are compared without spaces and case; `…` stands for what differs. Each piece is looked for
 * from where it was found last, so a text is read once for each piece, whatever it repeats.
 */
export function says(text: string, phrase: string): boolean {
  const pieces = piecesOf(phrase)
  const first = pieces[0] ?? ''
  if (pieces.length === 1) return text.includes(first)
  const found = pieces.map(() => -1)
  for (let start = text.indexOf(first); start >= 0; start = text.indexOf(first, start + 1)) {
    let from = start + first.length
    for (let at = 1; at < pieces.length; at++) {
      if (found[at]! < from) found[at] = text.indexOf(pieces[at]!, from)
      if (found[at]! < 0) return false
      from = found[at]! + pieces[at]!.length
    }
    if (from - start <= REACH) return true
  }
  return false
}

/** How much of the phrase are words: of two that fit, the longer says more. */
export const weightOf = (phrase: string): number => piecesOf(phrase).reduce((sum, piece) => sum + piece.length, 0)

const known = new Map<string, readonly string[]>()

function piecesOf(phrase: string): readonly string[] {
  const pieces = known.get(phrase) ?? phrase.split('…').map(tight)
  known.set(phrase, pieces)
  return pieces
}

/** Does `inside` stand between an `open` and the next `close`, or the end of what was pasted? */
export function saysWithin(text: string, [open, inside, close]: readonly [string, string, string]): boolean {
  const [begin, what, end] = [tight(open), tight(inside), tight(close)]
  let [found, stop] = [-1, -1]
  for (let start = text.indexOf(begin); start >= 0; start = text.indexOf(begin, start + 1)) {
    if (found < start) found = text.indexOf(what, start)
    if (found < 0) return false
    if (stop < start) stop = text.indexOf(end, start)
    if (stop < 0 || found < stop) return true
  }
  return false
}
