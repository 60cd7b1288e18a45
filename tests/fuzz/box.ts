import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder with nothing in it but the state directory and a file that nobody should touch. */
export interface Box {
  state: string
  /** What is there that no twin puts there. */
  strangers(): string[]
  remove(): void
}

/** What the archives call what they put elsewhere. */
const escaped = /(^|\/)escaped$/

export function makeBox(services: readonly string[]): Box {
  const root = mkdtempSync(join(tmpdir(), 'fuzz-'))
  const state = join(root, 'inner', 'state')
  mkdirSync(state, { recursive: true })
  const guard = join(root, 'inner', 'guard')
  writeFileSync(guard, 'untouched')
  const known = new Set(['endpoint', 'operator-seed', 'state', 'state-lock', 'lock', 'pid', ...services])
  return {
    state,
    strangers() {
      const all = readdirSync(root, { recursive: true }).map(String)
      const outside = all.filter(path => !/^inner(\/(guard|state(\/.*)?))?$/s.test(path))
      const top = readdirSync(state).filter(name => !known.has(name))
      const elsewhere = [tmpdir(), '/tmp', process.cwd()].flatMap(folder =>
        readdirSync(folder).filter(name => escaped.test(name)),
      )
      const touched = readFileSync(guard, 'utf8') === 'untouched' ? [] : [guard]
      return [...outside, ...top, ...elsewhere, ...touched, ...all.filter(path => escaped.test(path))]
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
