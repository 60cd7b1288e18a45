import { judge } from '../decision/verdict.ts'
import type { Policy } from '../language/document.ts'
import type { AccessRequest, Requester } from '../language/request.ts'
import { sceneOf } from '../language/statement.ts'
import { type Answer, type Caps, Undecided } from './answer.ts'
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
  return { kinds: policies.some(namesPrincipals) ? 'all' : 'holders', linked: false }
}

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
    const found = find(comparison)
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
function witnessOf(cube: Cube, { space, policies, options }: Comparison, how: 'allows' | 'denies'): Found {
  const says = how === 'allows' ? allows : denies
  const points = pointsIn(cube, space, {
    actions: options.actions ?? [],
    spelt: spellings([...policies.mine, ...policies.reference]),
    context: options.context ?? {},
  })
  const point = points.find(each => says(policies.mine, each) && !says(policies.reference, each))
  if (point) return { confirmed: true, witness: shown(point, space) }
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

function verdictOf(policies: readonly Policy[], { requester, action, resource, context }: Point) {
  const [, account = ''] = Object.entries(context).find(([key]) => key.toLowerCase() === 'aws:resourceaccount') ?? []
  const resourceAccount = String(account)
  return judge(policies, sceneOf({ requester, action, resource, resourceAccount, context, identity: [] }))
}

function allows(policies: readonly Policy[], point: Point): boolean {
  const verdict = verdictOf(policies, point)
  return verdict.allows.length > 0 && verdict.denies.length === 0
}

function denies(policies: readonly Policy[], point: Point): boolean {
  return verdictOf(policies, point).denies.length > 0
}
