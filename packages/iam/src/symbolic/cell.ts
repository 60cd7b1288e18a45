import { upToSix } from '../language/arn.ts'
import { codeTest, toCode } from '../language/wildcard.ts'

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

/** Letters whose lower case is the same: `K` is also the sign for kelvin. */
const ALSO: Readonly<Record<string, string>> = { k: '\u212a', å: '\u212b' }

export function foldedCells(text: string): Cell[] {
  return unitsOf(text).map(unit => {
    const lower = unit.toLowerCase()
    const upper = unit.toUpperCase()
    const spellings = [unit, lower, upper, ALSO[lower] ?? ''].filter(each => each.length === 1)
    return { only: [...new Set(spellings)].join(''), many: false }
  })
}

/** undefined: no ARN matches. Field by field, as `arnCodeTest` does it. */
export function arnCells(code: string): Cell[] | undefined {
  const fields = upToSix(code)
  if (!codeTest(fields[0]!)('arn')) return undefined
  const cells = literalCells('arn')
  for (let field = 1; field < 5; field++) {
    const start = cells.length
    cells.push({ only: ':', many: false })
    const own = fields[field] === undefined ? [{ but: ':', many: true }] : codeCells(fields[field]!, ':')
    cells.push(...own.map(cell => (cell.many ? { ...cell, floor: start } : cell)))
  }
  cells.push({ only: ':', many: false })
  cells.push(...(fields[5] === undefined ? [{ but: '', many: true }] : codeCells(fields[5])))
  return cells
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
