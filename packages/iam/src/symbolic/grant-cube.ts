import { CONTEXT_PREFIX, UNCONSTRAINED } from '../decision/grant.ts'
import type { Grant } from '../language/request.ts'
import { bitsWhere, either } from './bits.ts'
import { type Clause, clauseOf } from './clause.ts'
import { type Cube, meet } from './cube.ts'
import { actionCode } from './dimensions.ts'
import { ACTION, FIRST_KEY, PRINCIPAL } from './sets.ts'
import type { Space } from './space.ts'

/** The actions that a grant says something about. */
export function grantActions({ operations, retiring }: Grant): string[] {
  return [...operations.map(operation => `kms:${operation}`), ...(retiring === undefined ? [] : ['kms:RetireGrant'])]
}

/** The encryption context that a grant asks for, as conditions. */
export function grantClauses({ constraints }: Grant): Clause[] {
  const { EncryptionContextEquals: equals = {}, EncryptionContextSubset: subset = {} } = constraints ?? {}
  return [...Object.entries(subset), ...Object.entries(equals)].map(([key, value]) =>
    clauseOf('StringEquals', `kms:EncryptionContext:${key}`, [value], false, 'Allow'),
  )
}

/** The requests that a grant lets through, as `findGrant` finds them. */
export function grantCubes(grant: Grant, space: Space, context: Readonly<Record<string, unknown>>): Cube[] {
  const { grantee, operations, retiring } = grant
  const names = operations.map(operation => `kms:${operation}`)
  const free = names.filter(name => UNCONSTRAINED.has(name.toLowerCase()))
  const bound = names.filter(name => !free.includes(name))
  const constrained = constraintCubes(grant, space, context)
  const asked = [
    retiring === undefined ? undefined : areaOf(['kms:RetireGrant'], retiring, space),
    areaOf(free, grantee, space),
  ]
  const area = areaOf(bound, grantee, space)
  return [...asked, ...constrained.map(cube => area && meet(area, cube))].filter(cube => cube !== undefined)
}

function areaOf(names: readonly string[], who: string, space: Space): Cube | undefined {
  if (names.length === 0) return undefined
  return space.cube({
    [ACTION]: names.map(name => space.actions.setOf(actionCode(name))).reduce(either),
    [PRINCIPAL]: bitsWhere(space.requesters.length, i => {
      const { arn, roleArn, service } = space.requesters[i]!
      return who === arn || who === roleArn || who === service
    }),
  })
}

/** An encryption context that must be equal has no further pairs. */
function constraintCubes(grant: Grant, space: Space, context: Readonly<Record<string, unknown>>): readonly Cube[] {
  const cubes = space.clauseCubes(grantClauses(grant))
  const equals = grant.constraints?.EncryptionContextEquals
  if (!equals) return cubes
  const own = new Set(Object.keys(equals).map(key => CONTEXT_PREFIX + key.toLowerCase()))
  const isOther = (key: string) => key.startsWith(CONTEXT_PREFIX) && !own.has(key)
  if (Object.keys(context).some(key => isOther(key.toLowerCase()))) return []
  const absent = space.keys.flatMap(({ key, values }, i) =>
    isOther(key) ? [[FIRST_KEY + i, bitsWhere(values.length, value => value === 0)] as const] : [],
  )
  const none = space.cube(Object.fromEntries(absent))
  return none ? cubes.map(cube => meet(cube, none)).filter(cube => cube !== undefined) : []
}
