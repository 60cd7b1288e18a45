import type { Policy, Statement } from '../language/document.ts'
import { compilePrincipals, type Naming } from '../language/principal.ts'
import type { Requester } from '../language/request.ts'
import { type Bits, bitsWhere, hasBit } from './bits.ts'
import type { Cube } from './cube.ts'
import { namesPrincipals } from './dimensions.ts'
import type { Space } from './space.ts'

/** What policies say: the requests that statements allow, and those that they deny. */
export interface Region {
  readonly allows: readonly Cube[]
  readonly denies: readonly Cube[]
}

export interface RegionOptions {
  /** Only statements that name the principal in this way. */
  readonly naming?: Naming
  /** Whether who asks has a permissions boundary, which matters to NotPrincipal. */
  readonly bounded?: boolean
  /** Only for these requesters. */
  readonly only?: Bits
}

export function regionOf(policies: readonly Policy[], space: Space, options: RegionOptions = {}): Region {
  const cubes = { Allow: [] as Cube[], Deny: [] as Cube[] }
  for (const policy of policies) {
    for (const statement of policy.document.Statement) {
      cubes[statement.Effect].push(...statementCubes(statement, policy, space, options))
    }
  }
  return { allows: cubes.Allow, denies: cubes.Deny }
}

export function statementCubes(
  statement: Statement,
  policy: Policy,
  space: Space,
  { naming, bounded = false, only }: RegionOptions = {},
): readonly Cube[] {
  const namings = namesPrincipals(policy) ? namingsOf(statement, bounded) : undefined
  if (!namings && !only) return space.cubesOf(statement, policy.document.Version)
  const set = bitsWhere(space.requesters.length, i => {
    if (only && !hasBit(only, i)) return false
    if (!namings) return true
    const found = namings(space.requesters[i]!)
    return found !== undefined && (naming === undefined || found === naming)
  })
  return space.cubesOf(statement, policy.document.Version, set)
}

/** As a statement of a resource policy is compiled for decisions. */
function namingsOf(statement: Statement, bounded: boolean): (requester: Requester) => Naming | undefined {
  if (statement.Principal) {
    const principals = compilePrincipals(statement.Principal)
    return requester => principals.naming(requester)
  }
  if (!statement.NotPrincipal) return () => undefined
  const excepted = compilePrincipals(statement.NotPrincipal)
  if (statement.Effect === 'Allow') return requester => (excepted.lists(requester, 'some') ? undefined : 'direct')
  return requester => (!bounded && excepted.lists(requester, 'every') ? undefined : 'direct')
}

/** The actions as the policies spell them. */
export function spellings(policies: readonly Policy[]): readonly string[] {
  return policies.flatMap(policy =>
    policy.document.Statement.flatMap(({ Action, NotAction }) => Action ?? NotAction ?? []),
  )
}
