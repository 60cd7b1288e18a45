import type { Access, Side } from '@tripoint/pipeline'
import type { Verdict } from '@tripoint/twin'
import { expect } from 'vitest'
import { meets } from '../../../packages/cli/src/line/observed.ts'
import { type Line, openLine } from '../line.ts'
import type { SavedLines } from './saved-lines.ts'

/** What is taken away: an entry of the list, or one side of it. */
export interface Absent {
  readonly access: Access
  readonly sides: readonly Side[]
  /** `train/training-role/kms:Decrypt/key without identity` */
  readonly name: string
}

export function whole(access: Access | undefined): Absent {
  if (access === undefined) throw new Error('the list has no such entry')
  return { access, sides: access.sides, name: `${access.id} (${access.sides.join(', ')})` }
}

/** Every entry whole, and of those that several policies must say, each side alone. */
export const absents = (list: readonly Access[]): Absent[] =>
  list.flatMap(access => {
    const { id, sides } = access
    const alone =
      sides.length === 1 ? [] : sides.map(side => ({ access, sides: [side], name: `${id}, only its ${side} side` }))
    return [whole(access), ...alone]
  })

/** The list without it. */
export const without = (list: readonly Access[], ...taken: readonly Absent[]): Access[] =>
  list.flatMap(access => {
    const gone = taken.find(({ access: { id } }) => id === access.id)
    if (gone === undefined) return [access]
    const sides = access.sides.filter(side => !gone.sides.includes(side))
    return sides.length === 0 ? [] : [{ ...access, sides }]
  })

export interface Scene {
  readonly saved: SavedLines
  readonly absent: Absent
}

type Options = Parameters<typeof openLine>[1]

/** What was refused for want of it has been allowed since: the line has gone on because it is back. */
function expectBack(line: Line, { access }: Absent): void {
  const met = line.audit().flatMap(entry => entry.verdicts.filter(verdict => meets(access, { entry, verdict })))
  const refused = met.findLastIndex(({ allowed }) => !allowed)
  expect(refused, `${access.id} was never refused`).toBeGreaterThanOrEqual(0)
  expect(met.slice(refused + 1).length, `${access.id} was not used after it was put back`).toBeGreaterThan(0)
}

/** A copy of a saved line, while `play` goes on. What the twin logs of its own faults fails the test. */
export async function onCopy(
  absent: Absent,
  saved: string,
  play: (line: Line) => Promise<void>,
  options: Options = {},
): Promise<void> {
  const faults: string[] = []
  const log = (text: string) => void (/parked|unexpected|no worker/.test(text) && faults.push(text))
  const line = await openLine(saved, { log, ...options })
  try {
    await play(line)
    expectBack(line, absent)
  } finally {
    await line.close()
  }
  expect(faults).toEqual([])
}

export const lastNumber = (line: Line): number => line.audit().at(-1)?.number ?? 0

export const isUsed = (line: Line, { access }: Absent, since: number): boolean =>
  line.audit(since).some(entry => entry.verdicts.some(verdict => verdict.allowed && meets(access, { entry, verdict })))

const denials = (line: Line, since: number): { verdict: Verdict; met: (access: Access) => boolean; text: string }[] =>
  line.audit(since).flatMap(entry =>
    entry.verdicts
      .filter(({ allowed }) => !allowed)
      .map(verdict => ({
        verdict,
        met: (access: Access) => meets(access, { entry, verdict }),
        text: `${entry.role ?? entry.principal} ${verdict.action} ${verdict.resource}`,
      })),
  )

export const isDenied = (line: Line, { access }: Absent, since: number): boolean =>
  denials(line, since).some(({ met }) => met(access))

/** The audit shows the denial, says which side lacks it, and shows no other. */
export function expectDenied(line: Line, { access, sides }: Absent, since: number): void {
  const all = denials(line, since)
  const meant = all.filter(({ met }) => met(access))
  expect(meant.length, `${access.id} was not denied; denied: ${all.map(({ text }) => text)}`).toBeGreaterThan(0)
  // Where two sides are gone, the key's word alone may be all that is told: nothing else would help without it.
  const lacking = sides.map(side => (side === 'pass-role' ? 'identity' : side))
  for (const { verdict } of meant) {
    const told = verdict.missing.map(({ side }) => side)
    expect(lacking, JSON.stringify(verdict.missing)).toEqual(expect.arrayContaining(told))
    expect(told.length, JSON.stringify(verdict.missing)).toBeGreaterThan(0)
  }
  expect(all.filter(({ met }) => !met(access)).map(({ text }) => text)).toEqual([])
}
