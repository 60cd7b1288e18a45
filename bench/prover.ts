import { readFileSync } from 'node:fs'
import { checkNeeds, needsOf, readWorld } from '@tripoint/proof'
import type { Fleet } from './fleet.ts'

// A process of its own, so that its memory is that of the proof: reads a fleet from a file, proves it, prints what that took.

const { definitions, inputs } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Fleet
const began = performance.now()
const world = readWorld(inputs)
const each = definitions.map(definition => needsOf(definition, world))
const needs = {
  from: 'definition' as const,
  list: each.flatMap(({ list }) => list),
  guards: each.flatMap(({ guards }) => guards),
  administration: each.flatMap(({ administration }) => administration),
}
const report = checkNeeds(world, needs, { name: 'fleet', now: () => performance.now() })
const said = [
  ...report.needed.filter(({ verdict }) => verdict !== 'allowed'),
  ...report.guards.filter(({ verdict }) => verdict !== 'held'),
  ...report.excess,
  ...report.reach,
  ...report.paths,
  ...report.proof.undecided,
]
if (said.length > 0) throw new Error(`the fleet is not as it should be: ${JSON.stringify(said[0])}`)
process.stdout.write(
  JSON.stringify({
    seconds: (performance.now() - began) / 1000,
    megabytes: process.resourceUsage().maxRSS / 1024,
    roles: world.principals.filter(({ kind }) => kind === 'role').length,
    statements: report.subject.counts.statements,
    atoms: report.proof.atoms,
  }),
)
