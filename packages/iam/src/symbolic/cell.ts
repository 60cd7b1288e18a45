import { upToSix } from '../language/arn.ts'
import { codeTest, toCode } from '../language/wildcard.ts'
import { Undecided } from './answer.ts'

/**
 * One place of a pattern: the characters that it takes, once or any number of times.
 * A pattern is a list of them; a text matches when the cells take it whole.
 */
export interface Cell {
  /** exactly these; undefined: every character but those in `but` */
  readonly only?: string
  readonly but?: string
  readonly many: boolean
  /** Of a cell with `many`: places of the pattern from here on that are reached too take nothing that this one does not take. */
  readonly floor?: number
}

const [MANY, ONE] = toCode('*?')
const COLON: Cell = { only: ':', many: false }

export function literalCells(text: string): Cell[] {
  return unitsOf(text).map(only => ({ only, many: false }))
}

/** Of a code as `toCode` makes it; `but` keeps the wildcards from taking some characters. */
export function codeCells(code: string, but = ''): Cell[] {
  return unitsOf(code).map(unit => {
    if (unit === MANY) return { but, many: true }
    return unit === ONE ? { but, many: false } : { only: unit, many: false }
  })
}

/** Beyond ASCII case is not a matter of single characters. Within it, one has a third form: `K` is also the sign for kelvin. */
export function foldedCells(text: string): Cell[] {
  return unitsOf(text).map(unit => {
    if (unit > '\u007f') throw new Undecided('it is compared without case, by a text that is not ASCII')
    const lower = unit.toLowerCase()
    const only = `${lower}${unit.toUpperCase()}${lower === 'k' ? '\u212a' : ''}`
    return { only, many: false }
  })
}

/** undefined: no ARN matches. Field by field, as `arnCodeTest` does it. */
export function arnCells(code: string): Cell[] | undefined {
  const fields = upToSix(code)
  if (!codeTest(fields[0]!)('arn')) return undefined
  let cells = literalCells('arn')
  for (let field = 1; field < 5; field++) {
    const start = cells.length
    const own = fields[field] === undefined ? [{ but: ':', many: true }] : codeCells(fields[field]!, ':')
    cells = [...cells, COLON, ...own.map(cell => (cell.many ? { ...cell, floor: start } : cell))]
  }
  return [...cells, COLON, ...(fields[5] === undefined ? [{ but: '', many: true }] : codeCells(fields[5]))]
}

export function isWild(code: string): boolean {
  return code.includes(MANY!) || code.includes(ONE!)
}

/** Takes every text. */
export function isEverything(code: string): boolean {
  return code.length > 0 && code.split(MANY!).every(piece => piece === '')
}

/** Something that the pattern matches, as like it as can be: each wildcard becomes `x`. */
export function exampleOf(code: string): string {
  return code.replaceAll(MANY!, 'x').replaceAll(ONE!, 'x')
}

export function takes(cell: Cell, unit: string): boolean {
  return cell.only === undefined ? !cell.but?.includes(unit) : cell.only.includes(unit)
}

/** By UTF-16 unit, as the evaluator reads text: `?` is one of them. */
function unitsOf(text: string): string[] {
  return text.split('')
}
