import type { Quoted, Witness } from '../report.ts'
import type { Names } from '../short-name.ts'
import { sideWords, statementWords, whereOf, witnessWords } from '../words.ts'
import type { Paper } from './paper.ts'

/** A statement with its side, its place, and, the first time, its text. */
export function sayStatement(on: Paper, indent: number, quoted: Quoted) {
  const where = whereOf(quoted)
  const isNew = on.isNew(JSON.stringify([quoted.side, quoted.policy, quoted.index, quoted.text]))
  const above = isNew || quoted.text === '' ? '' : ', as above'
  on.say(indent, `${sideWords(quoted.side)}: ${where === '' ? '' : `${where}, `}${statementWords(quoted)}${above}`)
  if (quoted.text !== '' && isNew) on.json(indent + 2, quoted.text)
}

export function sayWitness(on: Paper, indent: number, words: string, witness: Witness | undefined, names: Names) {
  if (witness !== undefined) on.say(indent, `${words}: ${witnessWords(witness, names)}`)
}
