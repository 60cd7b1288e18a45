import { arnLike, parseArn, wildcard } from '@tripoint/iam'
import { actionsMatching } from '../catalogue/catalogue.ts'
import { thingOf } from '../proof/sample.ts'
import type { World } from '../world/world.ts'
import type { Entry } from './entry.ts'
import { LEVELS, levelOf, WORDED_ACTIONS } from './verbs.ts'

/** One who may do one thing to one thing by an entry. */
export interface Cell {
  /** as `requestIn` calls him */
  readonly principal: string
  readonly action: string
  /** what is shown: an ARN, or a pattern */
  readonly target: string
  /** something that it matches */
  readonly resource: string
}

/** Both worlds, for what only one of them has. */
export type Worlds = readonly World[]

/** How many of each are looked at: more would tell a reviewer nothing. */
const MOST = 40

export function cellsOf(entry: Entry, worlds: Worlds): Cell[] {
  const actions = actionsOf(entry)
  const principals = askersOf(entry, worlds).slice(0, MOST)
  return actions.flatMap(action =>
    targetsOf(entry, action, worlds).flatMap(({ target, resource }) =>
      principals.map(principal => ({ principal, action, target, resource })),
    ),
  )
}

/** Somebody of an account whom no template shows, with every right that the account can give. */
const OTHER = 'role/other'
const otherOf = (account: string): string => `arn:aws:iam::${account}:${OTHER}`
export const isOther = (principal: string): boolean => principal.endsWith(`:${OTHER}`)

const ROOT = /^(?:arn:aws[\w-]*:iam::)?(\d{12})(?::root)?$/

function askersOf({ written, principal, statement }: Entry, worlds: Worlds): string[] {
  if (written.side === 'identity' || written.side === 'boundary') return [written.owner]
  if (principal === undefined) return ['anonymous', otherOf(STRANGER)]
  if (principal.kind === 'Service') return [`service:${principal.value}`]
  if (principal.kind !== 'AWS') return []
  const account = ROOT.exec(principal.value)?.[1]
  if (account === undefined && principal.value !== '*') return parseArn(principal.value) ? [principal.value] : []
  const all = [...new Set(worlds.flatMap(world => world.principals.map(({ arn }) => arn)))]
  const inside = all.filter(arn => account === undefined || parseArn(arn)?.account === account)
  const named = namedBy(statement)
  if (named.length === 0)
    return account === undefined ? ['anonymous', otherOf(STRANGER), ...inside] : [otherOf(account), ...inside]
  return [
    ...new Set(
      named.flatMap(pattern => {
        if (!/[*?]/.test(pattern)) return [pattern]
        const known = inside.filter(arn => arnLike(pattern, arn))
        return known.length > 0 ? known : [thingOf(pattern)]
      }),
    ),
  ]
}

/** An account that nobody declares. */
export const STRANGER = '999999999999'

const NAMING = /^(Arn|String)(Equals|Like)(IfExists)?$/

/** Whom `aws:PrincipalArn` names. */
const namedBy = ({ Condition }: Entry['statement']): string[] =>
  Object.entries(Condition ?? {}).flatMap(([operator, keys]) =>
    NAMING.test(operator)
      ? Object.entries(keys).flatMap(([key, values]) => (key.toLowerCase() === 'aws:principalarn' ? values : []))
      : [],
  )

/** A pattern stands for the actions that it matches, the most dangerous first; at least for one. */
function actionsOf({ action, statement }: Entry): string[] {
  if (action !== undefined && !/[*?]/.test(action)) return [action]
  const excepted = (statement.NotAction ?? []).map(name => wildcard(name.toLowerCase()))
  // All actions of AWS are too many to try, and those with words are those that a line is about.
  const matched = action === undefined || action === '*' ? WORDED_ACTIONS : actionsMatching(action)
  const known = matched.filter(name => !excepted.some(test => test(name.toLowerCase())))
  const byDanger = known.toSorted((a, b) => LEVELS.indexOf(levelOf(a)) - LEVELS.indexOf(levelOf(b)))
  return byDanger.length > 0 ? byDanger.slice(0, MOST) : [thingOf(action ?? 'any:Action')]
}

interface Target {
  readonly target: string
  readonly resource: string
}

/** The owner of the policy, the pattern, or the resources of the worlds that the pattern matches. */
function targetsOf({ written, resource: pattern }: Entry, action: string, worlds: Worlds): Target[] {
  const { side, owner } = written
  if (side === 'trust' || (side === 'key' && (pattern === undefined || pattern === '*'))) return [exactly(owner)]
  const wanted = pattern ?? '*'
  if (!/[*?]/.test(wanted)) return [exactly(wanted)]
  const prefix = action.slice(0, action.indexOf(':'))
  const service = prefix === 'sts' ? 'iam' : prefix
  const resources = worlds.flatMap(world => world.resources).filter(({ type }) => !type.endsWith('Policy'))
  const arns = new Set(resources.map(({ arn }) => arn))
  const matched = [...arns]
    .map(arn => (isAboutObjects(action) && arn.startsWith('arn:aws:s3:::') ? `${arn}/*` : arn))
    .filter(arn => parseArn(arn)?.service === service && (wanted === '*' || arnLike(wanted, thingOf(arn))))
    .slice(0, MOST)
  return matched.length > 0
    ? matched.map(exactly)
    : [{ target: wanted, resource: wanted === '*' ? '*' : thingOf(wanted) }]
}

const isAboutObjects = (action: string): boolean => /^s3:.*(Object|MultipartUpload)/i.test(action)

const exactly = (target: string): Target => ({ target, resource: thingOf(target) })
