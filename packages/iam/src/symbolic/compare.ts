import { judge } from '../decision/verdict.ts'
import type { Policy } from '../language/document.ts'
import type { AccessRequest, Requester } from '../language/request.ts'
import { sceneOf } from '../language/statement.ts'
import { type Answer, type Caps, Undecided } from './answer.ts'
import { bitsWhere } from './bits.ts'
import { type Cube, meeting, sizeOf } from './cube.ts'
import { namesPrincipals } from './dimensions.ts'
import { type Point, pointsIn, unconfirmed } from './point.ts'
import type { Domain } from './principal-dimension.ts'
import { type Region, regionOf, spellings } from './region.ts'
import { type Space, spaceOf } from './space.ts'

/** A request as far as a policy sees it. */
export interface PolicyRequest {
  /** The ARN of a role, user or root, `service:lambda.amazonaws.com`, `federated:…`, `anonymous`; undefined where nothing depends on it. */
  readonly principal?: string
  readonly requester?: Requester
  /** Only of one who has a permissions boundary: a NotPrincipal that denies denies him, whomever it spares. */
  readonly bounded?: true
  readonly action: string
  readonly resource: string
  readonly context: AccessRequest['context']
}

export interface CompareOptions {
  readonly caps?: Partial<Caps>
  /** Values of condition keys that every request has. */
  readonly context?: AccessRequest['context']
  /** Condition keys that are absent unless `context` has them. */
  readonly known?: readonly string[]
  /** Names of real actions: a witness is about one of these where it can be. */
  readonly actions?: readonly string[]
}

/** Does `mine` allow no more than `reference`? Both are policies of the same kind: identity policies, or policies of a resource. The witness is allowed by mine alone. */
export function allowsNoMore(
  mine: readonly Policy[],
  reference: readonly Policy[],
  options: CompareOptions = {},
): Answer<PolicyRequest> {
  return compared(mine, reference, options, comparison => allowedBeyond(comparison))
}

/** Does `mine` deny nothing that `reference` does not deny? The witness is denied by mine alone. */
export function deniesNoMore(
  mine: readonly Policy[],
  reference: readonly Policy[],
  options: CompareOptions = {},
): Answer<PolicyRequest> {
  return compared(mine, reference, options, comparison => {
    const cube = meeting([comparison.mine.denies], comparison.reference.denies, comparison.space.grid)
    return cube && witnessOf(cube, comparison, 'denies')
  })
}

export interface Comparison {
  readonly space: Space
  readonly mine: Region
  readonly reference: Region
  readonly policies: { readonly mine: readonly Policy[]; readonly reference: readonly Policy[] }
  readonly options: CompareOptions
  readonly bounded?: true
}

export function comparisonOf(
  mine: readonly Policy[],
  reference: readonly Policy[],
  options: CompareOptions,
): Comparison {
  const space = spaceOf({
    policies: [...mine, ...reference],
    context: options.context ?? {},
    ...(options.known ? { fixed: options.known } : {}),
    who: domainOf([...mine, ...reference]),
    ...(options.caps ? { caps: options.caps } : {}),
  })
  const region = (policies: readonly Policy[]) => regionOf(policies, space)
  return { space, mine: region(mine), reference: region(reference), policies: { mine, reference }, options }
}

function domainOf(policies: readonly Policy[]): Domain {
  // Control policies hold for root users too.
  const kinds = policies.some(({ kind }) => kind === 'scp') ? 'members' : 'holders'
  return { kinds: policies.some(namesPrincipals) ? 'all' : kinds, linked: false }
}

/** The same of those who have a permissions boundary; undefined where that makes no difference. */
function ofBounded(comparison: Comparison): Comparison | undefined {
  const { space, policies } = comparison
  const all = [...policies.mine, ...policies.reference].flatMap(({ document }) => document.Statement)
  if (!all.some(({ Effect, NotPrincipal }) => Effect === 'Deny' && NotPrincipal)) return undefined
  const only = bitsWhere(space.requesters.length, i => CAN_BE_BOUNDED.has(space.requesters[i]!.type))
  const region = (own: readonly Policy[]) => regionOf(own, space, { bounded: true, only })
  return { ...comparison, mine: region(policies.mine), reference: region(policies.reference), bounded: true }
}

const CAN_BE_BOUNDED: ReadonlySet<string> = new Set(['user', 'federated-user', 'assumed-role'])

function compared(
  mine: readonly Policy[],
  reference: readonly Policy[],
  options: CompareOptions,
  find: (comparison: Comparison) => Found | undefined,
): Answer<PolicyRequest> {
  let space: Space | undefined
  const rest = () => ({
    size: space ? sizeOf(space.grid) : { atoms: 0, cubes: 0 },
    approximations: space?.approximations ?? [],
  })
  try {
    const comparison = comparisonOf(mine, reference, options)
    space = comparison.space
    const bounded = ofBounded(comparison)
    const found = find(comparison) ?? (bounded && find(bounded))
    if (!found) return { verdict: 'proved', ...rest() }
    return found.confirmed
      ? { verdict: 'refuted', witness: found.witness, ...rest() }
      : { verdict: 'undecided', why: found.why, ...rest() }
  } catch (error) {
    if (!(error instanceof Undecided)) throw error
    return { verdict: 'undecided', why: error.message, ...rest() }
  }
}

export type Found =
  | { readonly confirmed: true; readonly witness: PolicyRequest }
  | { readonly confirmed: false; readonly why: string }

/** A request that mine allows, within the given cubes, and the reference does not: as nothing in it allows it, or as something in it denies it. */
export function allowedBeyond(comparison: Comparison, within = comparison.mine.allows): Found | undefined {
  const { space, mine, reference } = comparison
  const cube =
    meeting([within], [...mine.denies, ...reference.allows], space.grid) ??
    meeting([within, reference.denies], mine.denies, space.grid)
  return cube && witnessOf(cube, comparison, 'allows')
}

/** A witness is handed out only when the evaluator agrees to it. */
function witnessOf(cube: Cube, { space, policies, options, bounded }: Comparison, how: 'allows' | 'denies'): Found {
  const says = how === 'allows' ? allows : denies
  const points = pointsIn(cube, space, {
    actions: options.actions ?? [],
    spelt: spellings([...policies.mine, ...policies.reference]),
    context: options.context ?? {},
  })
  const point = points.find(each => says(policies.mine, each, bounded) && !says(policies.reference, each, bounded))
  if (point) return { confirmed: true, witness: { ...shown(point, space), ...(bounded ? { bounded } : {}) } }
  return { confirmed: false, why: unconfirmed(space) }
}

function shown({ requester, action, resource, context }: Point, { asksWho }: Space): PolicyRequest {
  return { ...(asksWho ? { principal: textOf(requester), requester } : {}), action, resource, context }
}

function textOf(requester: Requester): string {
  if (requester.type === 'service') return `service:${requester.service}`
  if (requester.type === 'anonymous') return requester.arn ? `federated:${requester.arn}` : 'anonymous'
  return requester.roleArn ?? requester.arn
}

function verdictOf(
  policies: readonly Policy[],
  { requester, action, resource, context }: Point,
  bounded: true | undefined,
) {
  const [, account = ''] = Object.entries(context).find(([key]) => key.toLowerCase() === 'aws:resourceaccount') ?? []
  const resourceAccount = String(account)
  const request = { requester, action, resource, resourceAccount, context, identity: [] }
  return judge(policies, sceneOf(bounded ? { ...request, boundary: ANY } : request))
}

const ANY: Policy = { kind: 'boundary', name: 'any', document: { Version: '2012-10-17', Statement: [] } }

function allows(policies: readonly Policy[], point: Point, bounded: true | undefined): boolean {
  const verdict = verdictOf(policies, point, bounded)
  return verdict.allows.length > 0 && verdict.denies.length === 0
}

function denies(policies: readonly Policy[], point: Point, bounded: true | undefined): boolean {
  return verdictOf(policies, point, bounded).denies.length > 0
}
