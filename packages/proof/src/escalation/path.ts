import { quoteRefs } from '../proof/quoted.ts'
import type { EscalationPath, EscalationStep, Quoted } from '../report/report.ts'
import type { World } from '../world/world.ts'
import type { Edge } from './edge.ts'
import { becauseOf, cureOf } from './words.ts'

export function pathOf(world: World, way: readonly Edge[]): EscalationPath {
  const first = way[0]!.from
  const last = way.at(-1)!.to
  const steps = way.map(edge => stepOf(world, edge))
  const hole = steps[way.findIndex(({ needed }) => !needed)] ?? steps[0]!
  const unsure = way.flatMap(({ undecided }) => undecided ?? [])
  return {
    from: first.id,
    to: last.id,
    accounts: [...new Set(way.flatMap(({ from, to }) => [from.account, to.account]))].filter(Boolean),
    steps,
    consequence: consequenceOf(way),
    cure: cureOf(hole),
    ...(unsure.length > 0 ? { undecided: unsure.join('; ') } : {}),
  }
}

function stepOf(world: World, { from, to, by, does, page, statements, needed, undecided }: Edge): EscalationStep {
  const quoted = quoteRefs(world, statements)
  return {
    from: from.id,
    to: to.id,
    by,
    words: `${from.name} ${does}${becauseOf(quoted, world)}`,
    statements: distinct(quoted).filter(({ text, side }) => text !== '' || side === 'root'),
    needed,
    page,
    ...(undecided === undefined ? {} : { undecided }),
  }
}

const distinct = (quoted: readonly Quoted[]): Quoted[] => [
  ...new Map(quoted.map(each => [`${each.policy} ${each.index}`, each])).values(),
]

function consequenceOf(way: readonly Edge[]): string {
  const { from } = way[0]!
  const { to } = way.at(-1)!
  const unsure = way.some(({ undecided }) => undecided !== undefined) ? 'may be able to' : 'can'
  const whoever = from.kind === 'stranger' ? from.name : `whoever has ${from.name}`
  if (to.kind === 'administrator') return `${whoever} ${unsure} do anything in ${to.account}`
  if (to.kind === 'thing') return `${whoever} ${unsure} give anybody what ${to.name} protects`
  return `${whoever} ${unsure} do everything that ${to.name} can do`
}
