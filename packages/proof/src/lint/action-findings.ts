import {
  actionsMatching,
  isService,
  nearestAction,
  needsStar,
  type ResourceType,
  resourceTypesOf,
} from '../catalogue/catalogue.ts'
import { arnsOverlap } from '../catalogue/overlap.ts'
import type { Finding } from '../source/finding.ts'
import type { WrittenPolicy } from '../world/world.ts'
import { arnProblem } from './arn-findings.ts'
import { type Entry, entries, type Placed, statementsOf, unreadOf, withoutVariables } from './entry.ts'

const REFERENCE =
  'https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html'

/** Entries that mean no action, and actions on what they cannot be allowed on. */
export function actionFindings(written: WrittenPolicy): Finding[] {
  return [
    ...statementsOf(written).flatMap(placed => [
      ...unknownActions(placed),
      ...(written.side === 'identity' || written.side === 'resource' ? misdirected(placed) : []),
      ...(written.side === 'identity' ? wide(placed) : []),
    ]),
    ...unreadOf(written).flatMap(unknownActions),
  ]
}

const unknownActions = (placed: Placed): Finding[] =>
  (['Action', 'NotAction'] as const).flatMap(name =>
    entries(placed, name).flatMap(entry => unknownAction(entry, placed)),
  )

function unknownAction({ value, spot }: Entry, { statement }: Placed): Finding[] {
  if (!value.includes(':') || actionsMatching(value).length > 0) return []
  const prefix = value.slice(0, value.indexOf(':'))
  const meant = nearestAction(value)
  const known = isService(prefix) || /[*?]/.test(prefix)
  return [
    {
      code: 'unknown-action',
      // A service may be newer than the reference that is carried here.
      severity: known ? 'error' : 'warning',
      message: known
        ? `${value} ${/[*?]/.test(value) ? 'matches no action' : 'is not an action'} of ${prefix}`
        : `${prefix} is not a service that is known here`,
      consequence: statement.Effect === 'Allow' ? 'the entry allows nothing' : 'the entry denies nothing',
      cure: meant.length > 0 ? `write ${oneOf(meant)}` : `leave it out, or look the action up`,
      page: REFERENCE,
      spot,
    },
  ]
}

const oneOf = (names: readonly string[]): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`

/** An action whose resources are of other types than all that the statement names. */
function misdirected(placed: Placed): Finding[] {
  const resources = entries(placed, 'Resource')
  if (resources.length === 0 || resources.some(({ value }) => value === '*')) return []
  const named = resources.map(({ value }) => withoutVariables(value))
  return entries(placed, 'Action').flatMap(({ value, spot }) => {
    const actions = actionsMatching(value)
    if (value === '*' || actions.length === 0) return []
    const types = actions.flatMap(action => resourceTypesOf(action))
    if (types.some(type => named.some(name => arnsOverlap(withoutVariables(type.arn), name)))) return []
    if (named.some(name => !KNOWN_SERVICE.test(name) || arnProblem(name) !== undefined)) return []
    const severity = placed.statement.Effect === 'Allow' ? 'error' : 'warning'
    const consequence = `the statement never ${placed.statement.Effect === 'Allow' ? 'allows' : 'denies'} it`
    const common = { severity, consequence, page: REFERENCE, spot } as const
    const first = resources[0]!.value
    if (actions.every(needsStar)) {
      return [
        {
          ...common,
          code: 'needs-star',
          message: `${value} cannot be allowed on a resource, and the statement names ${first}`,
          cure: 'write it in a statement of its own with "Resource": "*"',
        },
      ]
    }
    const service = value.slice(0, value.indexOf(':')).toLowerCase()
    const elsewhere = named.every(name => !types.some(type => serviceOf(type.arn) === serviceOf(name)))
    return [
      {
        ...common,
        code: elsewhere ? 'wrong-service' : 'wrong-resource-type',
        message: elsewhere
          ? `${value} is an action of ${service}, and the statement names ${first}, which is of ${serviceOf(first)}`
          : `${value} is allowed on ${typeNames(types)}, and ${first} is none`,
        cure: `name a resource such as ${shape(types)}`,
      },
    ]
  })
}

/** `arn:aws:unknown:…` stands for a parameter that is not known. */
const KNOWN_SERVICE = /^arn:[^:]*:(?!unknown:)/

const serviceOf = (arn: string): string => arn.split(':')[2] ?? ''
const typeNames = (types: readonly ResourceType[]): string => {
  const names = [...new Set(types.map(({ name }) => name))]
  return `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`
}
const shape = (types: readonly ResourceType[]): string =>
  [...new Set(types.map(({ arn }) => arn.replaceAll('~', 'NAME').replace('arn:*', 'arn:aws')))].slice(0, 2).join(' or ')

/** `*` where a resource could be named; a condition may narrow it, so such a statement is left alone. */
function wide(placed: Placed): Finding[] {
  const { statement } = placed
  const [resource] = entries(placed, 'Resource').filter(({ value }) => value === '*')
  if (statement.Effect !== 'Allow' || statement.Condition || !resource) return []
  const narrowable = (statement.Action ?? []).filter(
    entry => entry === '*' || actionsMatching(entry).some(action => resourceTypesOf(action).length > 0),
  )
  if (narrowable.length === 0) return []
  return [
    {
      code: 'wide-resource',
      severity: 'note',
      message: `${narrowable.slice(0, 3).join(', ')}${narrowable.length > 3 ? `, … (${narrowable.length})` : ''} on every resource`,
      consequence: 'it holds for all that the account has and will have',
      cure: 'name the resources',
      page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege',
      spot: resource.spot,
    },
  ]
}
