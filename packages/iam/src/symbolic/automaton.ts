import { type Caps, Undecided } from './answer.ts'
import { type Cell, takes } from './cell.ts'

/** A part of all texts: those that match exactly these patterns, with a shortest one of them. */
export interface Part {
  readonly sample: string
  /** which patterns, ascending */
  readonly matches: readonly number[]
}

/** What stands for "any other character": never a capital, a colon or a slash, which some dimensions exclude. */
const OTHERS = 'xyzabcdefghijklmnopqrstuvw0123456789-_'

/**
 * Every way in which a text can match some patterns and not others: a walk through the product of their automata, breadth first, so that
 * the first text found for a part is a shortest one. States are made as they are met, and only the characters that a state's patterns
 * wait for are tried, with one that stands for all others. With a universe, only texts that it takes.
 */
export function partsOf(patterns: readonly (readonly Cell[])[], caps: Caps, universe?: readonly Cell[]): Part[] {
  const machine = machineOf(universe ? [...patterns, universe] : patterns)
  const required = universe ? patterns.length : -1
  const start = machine.close(machine.starts)
  const states: State[] = [{ places: start, from: -1, unit: '' }]
  const seen = new Set([keyOf(start)])
  const parts = new Map<string, Part>()
  let work = 0
  for (let at = 0; at < states.length; at++) {
    const { places } = states[at]!
    const matches = machine.ends(places)
    if (required < 0 || matches.at(-1) === required) {
      const own = required < 0 ? matches : matches.slice(0, -1)
      const key = own.join()
      if (!parts.has(key)) parts.set(key, { sample: textOf(states, at), matches: own })
      if (parts.size > caps.atoms) throw new Undecided(`its patterns overlap in more than ${caps.atoms} ways`)
    }
    for (const unit of machine.units(places)) {
      const next = machine.step(places, unit)
      work += next.length + 1
      if (required >= 0 && !machine.alive(next, required)) continue
      const key = keyOf(next)
      if (seen.has(key)) continue
      seen.add(key)
      states.push({ places: next, from: at, unit })
      if (states.length > caps.states || work > caps.states * 100) {
        throw new Undecided(`its patterns need an automaton of more than ${caps.states} states`)
      }
    }
  }
  return [...parts.values()]
}

interface State {
  readonly places: readonly number[]
  readonly from: number
  readonly unit: string
}

function textOf(states: readonly State[], at: number): string {
  const units: string[] = []
  for (let state = states[at]!; state.from >= 0; state = states[state.from]!) units.push(state.unit)
  return units.reverse().join('')
}

function keyOf(places: readonly number[]): string {
  return String.fromCodePoint(...places.map(place => (place < 0xd800 ? place : place + 0x800)))
}

/** All patterns' cells in one row, each followed by an end. */
function machineOf(patterns: readonly (readonly Cell[])[]) {
  const cells: (Cell | undefined)[] = []
  const owner: number[] = []
  const floors: number[] = []
  const starts: number[] = []
  for (const [index, pattern] of patterns.entries()) {
    const start = cells.length
    starts.push(start)
    for (const cell of [...pattern, undefined]) {
      floors.push(cell?.many ? floorOf(cell, start, cells.length) : -1)
      cells.push(cell)
      owner.push(index)
    }
  }
  if (cells.length > 1_000_000) throw new Undecided('its patterns are too long')

  /** Adds what is reached without a character, and drops what another place takes anyway. */
  function close(places: readonly number[]): number[] {
    const all = new Set<number>()
    for (let place of places) {
      all.add(place)
      while (cells[place]?.many) all.add(++place)
    }
    const sorted = [...all].sort((a, b) => a - b)
    const kept: number[] = []
    let floor = Number.POSITIVE_INFINITY
    let star = -1
    for (let i = sorted.length - 1; i >= 0; i--) {
      const place = sorted[i]!
      if (place < star && place >= floor) continue
      kept.push(place)
      if (floors[place]! >= 0) {
        floor = floors[place]!
        star = place
      }
    }
    return kept.reverse()
  }
  return {
    starts,
    close,
    step(places: readonly number[], unit: string): number[] {
      const next: number[] = []
      for (const place of places) {
        const cell = cells[place]
        if (cell && takes(cell, unit)) next.push(cell.many ? place : place + 1)
      }
      return close(next)
    },
    ends: (places: readonly number[]) => places.filter(place => !cells[place]).map(place => owner[place]!),
    alive: (places: readonly number[], pattern: number) => places.some(place => owner[place] === pattern),
    units(places: readonly number[]): string[] {
      const units = new Set<string>()
      for (const place of places) for (const unit of cells[place]?.only ?? cells[place]?.but ?? '') units.add(unit)
      // The other one first: of texts of one length the plainest is found first.
      return [otherThan(units), ...units]
    },
  }
}

/** A star that takes every character takes whatever a place before it takes; of others the pattern's maker says from where on. */
function floorOf(cell: Cell, start: number, place: number): number {
  if (cell.floor !== undefined) return start + cell.floor
  return cell.but ? place : start
}

function otherThan(units: ReadonlySet<string>): string {
  for (const unit of OTHERS) if (!units.has(unit)) return unit
  let code = 0xe000
  while (units.has(String.fromCharCode(code))) code++
  return String.fromCharCode(code)
}
