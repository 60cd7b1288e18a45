import type { EscalationPath, EscalationStep, Reach, Trusted } from '../report.ts'
import { pathSeverity } from '../severity.ts'
import type { Names } from '../short-name.ts'
import { conditionWords, moveWords, strangerWords } from '../words.ts'
import type { Paper } from './paper.ts'
import { sayStatement, sayWitness } from './statements.ts'

/** What others reach by the same statements is said once for all of them. */
export function sayReach(on: Paper, reach: readonly Reach[], names: Names) {
  on.gap()
  on.say(0, `reachable by others: ${reach.length === 0 ? 'nothing' : reach.length}`, 'bold')
  const alike = Map.groupBy(reach, ({ resource, kind, actions, condition, verdict, statements }) =>
    JSON.stringify([resource, kind, actions, condition, verdict, statements.map(({ text, policy }) => [text, policy])]),
  )
  for (const own of alike.values()) {
    const { resource, actions, condition, verdict, statements, witness, consequence, cure } = own[0]!
    const when = condition === undefined ? '' : ` where ${conditionWords(condition)}`
    const who = own.map(each => strangerWords(each, names)).join(', ')
    on.mark(
      2,
      verdict === 'reachable' ? '✗' : '?',
      verdict === 'reachable' ? 'red' : 'yellow',
      `${names.placed(resource)} by ${who}: ${actions.join(', ')}${when}`,
    )
    if (verdict === 'undecided') on.say(6, 'not decided: it may be reachable')
    on.say(6, `so: ${consequence}`)
    on.say(6, `cure: ${cure}`)
    sayWitness(on, 6, 'such as', witness, names)
    for (const each of statements) sayStatement(on, 6, each)
  }
}

/** Paths that the same steps let begin are one, with all the roles that it leads on to. */
export function sayPaths(on: Paper, paths: readonly EscalationPath[], names: Names) {
  on.gap()
  on.say(0, `escalation paths between accounts: ${paths.length === 0 ? 'none' : paths.length}`, 'bold')
  const alike = Map.groupBy(paths, ({ from, steps }) =>
    JSON.stringify([from, ...extra(steps).map(step => [step.from, step.by, step.to])]),
  )
  for (const own of alike.values()) {
    const [path, ...others] = own.toSorted((one, other) => one.steps.length - other.steps.length) as [EscalationPath]
    const harmless = pathSeverity(path) === 'note'
    const [first = '', ...rest] = chain(path, names)
    on.mark(2, harmless ? '·' : '✗', harmless ? 'cyan' : 'red', first)
    for (const each of rest) on.say(6, each)
    if (others.length > 0) on.say(6, `and in the same way to ${others.map(({ to }) => names.placed(to)).join(', ')}`)
    if (harmless) on.say(6, 'the line works by every step of it')
    for (const { words } of extra(path.steps)) on.say(6, `how: ${words}`)
    on.say(6, `so: ${path.consequence}`)
    on.say(6, `cure: ${path.cure}`)
    for (const { statements } of extra(path.steps)) for (const each of statements) sayStatement(on, 6, each)
  }
}

const extra = (steps: readonly EscalationStep[]) => steps.filter(({ needed }) => !needed)

/** `production deployer`, `──assume role──► shared pipeline`, … : a step a line, so that it fits. */
const chain = ({ from, steps }: EscalationPath, names: Names): string[] => [
  names.placed(from),
  ...steps.map(({ by, to, needed }) => `──${moveWords(by)}──► ${names.placed(to)}${needed ? ' (needed)' : ''}`),
]

/** By who it is, and why. */
export function sayTrusted(on: Paper, trusted: readonly Trusted[], names: Names) {
  const people = Map.groupBy(trusted, ({ who }) => who)
  on.gap()
  on.say(0, `trusted: ${people.size === 0 ? 'nobody' : people.size}`, 'bold')
  for (const [who, own] of people) {
    on.mark(2, '·', 'cyan', names.placed(who))
    for (const [why, things] of Map.groupBy(own, each => each.why)) {
      on.say(6, `${why}:`)
      on.say(8, things.map(({ may, on: what }) => `${names.short(what)} (${may.join(', ')})`).join('; '), 'dim')
    }
  }
}
