import type { ShownFinding } from '../report.ts'
import type { Brevity } from './brevity.ts'
import type { Paper } from './paper.ts'
import { difference, few, MARKS, RANKS, sayWorst } from './part.ts'

const MOST = 24
const MOST_PLACES = 8
const GIST_LETTERS = 160

/** Those that one cure heals are one, with all their places; notes are only named. */
export function sayBriefFindings(on: Paper, findings: readonly ShownFinding[], brief: Brevity) {
  if (findings.length === 0) return
  on.gap()
  on.say(0, `findings: ${findings.length}`, 'bold')
  const notes = findings.filter(({ severity }) => severity === 'note')
  const healed = Map.groupBy(
    findings.filter(({ severity }) => severity !== 'note'),
    ({ code, severity, cure }) => JSON.stringify([code, severity, cure]),
  )
  sayWorst(
    on,
    [...healed.values()].toSorted((one, other) => RANKS[one[0]!.severity] - RANKS[other[0]!.severity]),
    MOST,
    own => sayHealed(on, own, brief),
    own => own.length,
  )
  const codes = [...Map.groupBy(notes, ({ code }) => code)].map(([code, own]) => `${placesOf(own, brief)}${code}`)
  if (codes.length > 0) on.mark(2, ...MARKS.note, few(codes, MOST_PLACES))
}

function sayHealed(on: Paper, own: readonly ShownFinding[], brief: Brevity) {
  for (const same of Map.groupBy(own, ({ consequence }) => consequence).values()) sayAlike(on, same, brief)
  on.say(6, `cure: ${brief.words(own[0]!.cure)}`)
}

/** What follows from them is the same, and they differ in a few words at most. */
function sayAlike(on: Paper, own: readonly ShownFinding[], brief: Brevity) {
  const { code, severity, consequence } = own[0]!
  const [[message, first] = ['', own], ...others] = Map.groupBy(own, ({ message }) => brief.words(message))
  on.mark(2, ...MARKS[severity], `${placesOf(first, brief)}${message} (${code})`)
  if (others.length > 0) {
    const also = others.map(([words, same]) => `${placesOf(same, brief)}${difference(message, words)}`)
    on.say(6, `also ${few(also, MOST_PLACES)}`)
  }
  if (severity === 'error' && consequence !== undefined) on.say(6, `so: ${gist(brief.words(consequence))}`)
}

/** A sentence of two lines; of a longer one, what stands before its colon. */
const gist = (sentence: string): string =>
  sentence.length <= GIST_LETTERS ? sentence : (sentence.split(/[:;] /, 1)[0] ?? sentence)

function placesOf(own: readonly ShownFinding[], brief: Brevity): string {
  const files = brief.files(
    own.map(({ place }) => place),
    MOST_PLACES,
  )
  return files === '' ? '' : `${files} `
}
