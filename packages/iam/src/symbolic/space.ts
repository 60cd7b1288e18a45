import type { RequestContext } from '../language/context.ts'
import type { PolicyVersion, Statement } from '../language/document.ts'
import type { Requester } from '../language/request.ts'
import { CAPS, type Caps } from './answer.ts'
import { allBits, type Bits, bitsWhere, both, either, isNone, noBits, within, without } from './bits.ts'
import { type Clause, clausesOf } from './clause.ts'
import type { Cube, Grid } from './cube.ts'
import { actionCode, type Dimensions, dimensionsOf, namesPrincipals, type SpaceInput } from './dimensions.ts'
import { absent, followsFromWho, renamed, SCOPED_KEYS, withRequester } from './knowledge.ts'
import { approximationsOf, MATCHES, OUTCOMES, openConditionId } from './open-test.ts'
import { impossibleSets, outcomes, resourceAlternatives } from './resource-sets.ts'
import { ACTION, FIRST_KEY, PRINCIPAL, RESOURCE, type Sets } from './sets.ts'

/** All requests that the policies can tell apart. */
export interface Space extends Dimensions {
  readonly grid: Grid
  /** Does anything depend on who asks? */
  readonly asksWho: boolean
  readonly approximations: readonly string[]
  /** undefined: there is nothing in it. */
  cube(sets: Sets): Cube | undefined
  /** The requests that meet all the conditions. */
  clauseCubes(clauses: readonly Clause[]): readonly Cube[]
  /** The requests that a statement is about, of the given requesters. */
  cubesOf(statement: Statement, version: PolicyVersion, requesters?: Bits): readonly Cube[]
}

export function spaceOf({ caps: given, ...input }: SpaceInput & { readonly caps?: Partial<Caps> }): Space {
  const caps = { ...CAPS, ...given }
  const dimensions = dimensionsOf(input, caps)
  const { actions, resources, requesters, keys, open } = dimensions
  const sizes = [
    actions.partition.samples.length,
    resources.partition.samples.length,
    requesters.length,
    ...keys.map(key => key.values.length),
    ...open.map(({ kind }) => OUTCOMES[kind]),
  ]
  const cube = (sets: Sets) => cubeOf(sets, sizes)
  const conditions = conditionAlternatives(dimensions)
  const resourceSets = resourceAlternatives(dimensions, sizes[RESOURCE]!)
  const mentioned = [...keys.map(({ key }) => key), ...open.flatMap(each => each.keys)]
  return {
    ...dimensions,
    grid: { sizes, caps, impossible: present(impossibleSets(dimensions, sizes[RESOURCE]!).map(cube)), spent: 0 },
    asksWho:
      input.policies.some(namesPrincipals) ||
      mentioned.some(followsFromWho) ||
      input.policies.some(policy =>
        policy.document.Statement.some(statement =>
          clausesOf(statement, policy.document.Version).some(clause => dimensions.sortOf(clause) === 'principal'),
        ),
      ),
    approximations: approximationsOf(
      open,
      keys.map(({ key }) => key),
    ),
    cube,
    clauseCubes: clauses => present(conditions(clauses).map(cube)),
    cubesOf(statement, version, asking) {
      const own = {
        [ACTION]: actionSet(statement, dimensions, sizes[ACTION]!),
        ...(asking ? { [PRINCIPAL]: asking } : {}),
      }
      const alternatives = resourceSets(statement, version === '2012-10-17')
      return present(
        conditions(clausesOf(statement, version)).flatMap(sets =>
          alternatives.map(more => cube(merged(merged(sets, own), more))),
        ),
      )
    },
  }
}

/** A set that is whole is left out, so that a cube is empty only when it says so. */
function cubeOf(sets: Sets, sizes: readonly number[]): Cube | undefined {
  const cube: (Bits | undefined)[] = sizes.map(() => undefined)
  for (const [name, set] of Object.entries(sets)) {
    if (isNone(set)) return undefined
    const dimension = Number(name)
    if (!within(allBits(sizes[dimension]!), set)) cube[dimension] = set
  }
  return cube
}

function present(cubes: readonly (Cube | undefined)[]): Cube[] {
  return cubes.filter(cube => cube !== undefined)
}

function merged(a: Sets, b: Sets): Sets {
  const sets: Record<number, Bits> = { ...a }
  for (const [name, set] of Object.entries(b)) {
    const other = sets[Number(name)]
    sets[Number(name)] = other ? both(other, set) : set
  }
  return sets
}

/** Alternatives, as some conditions are about the actions of one service; none: the conditions never hold together. */
function conditionAlternatives(dimensions: Dimensions): (clauses: readonly Clause[]) => readonly Sets[] {
  const { knowledge, requesters, actions, keys, open, sortOf } = dimensions
  const keyIndex = new Map(keys.map(({ key }, i) => [key, i]))
  const openIndex = new Map(open.map(({ id }, i) => [id, i]))
  const memo = new Map<string, readonly Sets[]>()
  const holds = (clause: Clause, context: RequestContext): Sets | undefined => (clause.holds(context) ? {} : undefined)
  /** undefined: never holds. */
  function inScope(clause: Clause): Sets | undefined {
    const same = knowledge.isKnown(clause.key) ? clause.key : (SCOPED_KEYS.get(clause.key)?.same ?? clause.key)
    switch (sortOf(clause)) {
      case 'known':
        return holds(clause, renamed(knowledge.context, clause.key, same))
      case 'principal': {
        const asking = (requester: Requester) =>
          clause.holds(renamed(withRequester(knowledge.context, requester), clause.key, same))
        return { [PRINCIPAL]: bitsWhere(requesters.length, i => asking(requesters[i]!)) }
      }
      case 'key': {
        const index = keyIndex.get(clause.key)!
        return { [FIRST_KEY + index]: keys[index]!.sets.get(clause.id)! }
      }
      case 'open': {
        const index = openIndex.get(openConditionId(clause))!
        return { [FIRST_KEY + keys.length + index]: outcomes('condition', outcome => outcome === MATCHES) }
      }
    }
  }
  function alternativesOf(clause: Clause): readonly Sets[] {
    const own = inScope(clause)
    const scope = SCOPED_KEYS.get(clause.key)
    if (!scope || sortOf(clause) === 'open' || knowledge.isKnown(clause.key)) return own ? [own] : []
    const scoped = actions.setOf(actionCode(scope.actions))
    const elsewhere = holds(clause, absent(knowledge.context, clause.key))
    return [
      ...(own ? [merged(own, { [ACTION]: scoped })] : []),
      ...(elsewhere ? [{ [ACTION]: without(allBits(actions.partition.samples.length), scoped) }] : []),
    ]
  }
  return clauses => {
    let alternatives: readonly Sets[] = [{}]
    for (const clause of clauses) {
      const own = memo.get(clause.id) ?? alternativesOf(clause)
      memo.set(clause.id, own)
      alternatives = alternatives.flatMap(sets => own.map(more => merged(sets, more)))
    }
    return alternatives
  }
}

function actionSet({ Action, NotAction }: Statement, { actions }: Dimensions, size: number): Bits {
  const set = (Action ?? NotAction ?? []).map(name => actions.setOf(actionCode(name))).reduce(either, noBits(size))
  return Action ? set : without(allBits(size), set)
}
