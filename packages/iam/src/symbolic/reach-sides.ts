import { isServiceLinked } from '../decision/organization.ts'
import type { Policy } from '../language/document.ts'
import type { Naming } from '../language/principal.ts'
import type { Grant, Requester, ResourceRule } from '../language/request.ts'
import { type Bits, bitsWhere } from './bits.ts'
import { type Cube, meet } from './cube.ts'
import { grantCubes } from './grant-cube.ts'
import { barCubes, foreignCube, rcpActions } from './reach-bars.ts'
import type { ReachQuestion } from './reach-question.ts'
import { type Region, regionOf } from './region.ts'
import { ACTION, PRINCIPAL } from './sets.ts'
import type { Space } from './space.ts'

/** What one side allows. */
type Side = readonly Cube[]

export interface Sides {
  /** Alternatives; of each, every side must allow. */
  readonly paths: readonly (readonly Side[])[]
  readonly denies: readonly Cube[]
  readonly except: Region
}

/** The paths by which `decide` lets a request through, over all requests at once. */
export function sidesOf(question: ReachQuestion, space: Space): Sides {
  const { subject, resourcePolicy, rcps = [], scps = [], except = [] } = question
  const known = subject.kind === 'known' ? subject : undefined
  const bounded = known?.boundary !== undefined
  const everything: Side = [space.grid.sizes.map(() => undefined)]
  const identity = regionOf(known?.identity ?? [], space)
  const boundary = known?.boundary && regionOf([known.boundary], space)
  const resource = resourcePolicy ? [resourcePolicy] : []
  const named = (naming?: Naming) => regionOf(resource, space, { bounded, ...(naming ? { naming } : {}) }).allows
  const isRoot = known?.requester.type === 'root'
  const session = known?.session && regionOf(known.session, space)
  const limits = [boundary, session].flatMap(region => (region ? [region.allows] : []))
  const own = [known && !isRoot ? identity.allows : everything, ...limits]
  const grants = (question.grants ?? []).flatMap((grant: Grant) => grantCubes(grant, space, question.context ?? {}))
  const guards = scps.map(level =>
    levelOf(level, space, ({ account, roleArn }) => !account || isServiceLinked(roleArn)),
  )
  const reached = space.cube({
    [ACTION]: rcpActions(question, space),
    [PRINCIPAL]: bitsOf(space, ({ roleArn }) => !isServiceLinked(roleArn)),
  })
  const parts: Parts = { named, limits, own, grants: grants.length > 0 ? [[grants, ...limits]] : [] }
  const paths = placesOf(question, space).flatMap(({ who, paths }) => paths(parts).map(path => [[who], ...path]))
  return {
    paths: paths.map(path => [...guards.map(level => level.allows), ...path]),
    denies: [
      ...barCubes(question, space),
      ...guards.flatMap(level => level.denies),
      // RCPFullAWSAccess, which allows, is at every level.
      ...(reached ? cutTo(reached, regionOf(rcps.flat(), space, { bounded }).denies) : []),
      ...identity.denies,
      ...regionOf(resource, space, { bounded }).denies,
      ...(boundary?.denies ?? []),
      ...(session?.denies ?? []),
    ],
    except: regionOf(except, space),
  }
}

/** A level of the organization must allow, but for those whom it does not touch. */
function levelOf(level: readonly Policy[], space: Space, spares: (requester: Requester) => boolean): Region {
  const touched = bitsOf(space, requester => !spares(requester))
  const spared = space.cube({ [PRINCIPAL]: bitsOf(space, spares) })
  const { allows, denies } = regionOf(level, space, { only: touched })
  return { allows: spared ? [...allows, spared] : allows, denies }
}

function cutTo(cube: Cube, cubes: readonly Cube[]): Cube[] {
  return cubes.map(each => meet(cube, each)).filter(each => each !== undefined)
}

interface Parts {
  named(naming?: Naming): Side
  readonly limits: readonly Side[]
  readonly own: readonly Side[]
  readonly grants: readonly (readonly Side[])[]
}

type Paths = (parts: Parts) => readonly (readonly Side[])[]

/** Who is without an account, within the resource's, in another: for each the paths that are open. */
function placesOf(question: ReachQuestion, space: Space): { who: Cube; paths: Paths }[] {
  const { resourceAccount, resourceRule } = question
  const places: readonly (readonly [(requester: Requester) => boolean, Paths])[] = [
    [requester => !requester.account, ({ named, grants }) => [[named()], ...grants]],
    [requester => requester.account !== '' && requester.account === resourceAccount, WITHIN[resourceRule]],
    [requester => requester.account !== '' && requester.account !== resourceAccount, ACROSS[resourceRule]],
  ]
  const foreign = foreignCube(question, space)
  const found = places.flatMap(([isHere, paths]) => {
    const who = space.cube({ [PRINCIPAL]: bitsOf(space, isHere) })
    return who ? [{ who, paths }] : []
  })
  return foreign ? [...found, { who: foreign, paths: ({ own }) => [own] }] : found
}

const fromAuthority: Paths = ({ named, limits, own }) => [
  [named('direct')],
  [named('role'), ...limits],
  [named('account'), ...own],
]

/** As in `decide`. */
const WITHIN: Record<ResourceRule, Paths> = {
  plain: ({ named, limits, own }) => [[...own], [named('direct')], [named('role'), ...limits]],
  key: parts => [...fromAuthority(parts), ...parts.grants],
  trust: fromAuthority,
}

const ACROSS: Record<ResourceRule, Paths> = {
  plain: ({ named, own }) => [[named(), ...own]],
  key: ({ named, own, grants }) => [[named(), ...own], ...grants],
  trust: ({ named, own }) => [[named(), ...own]],
}

function bitsOf(space: Space, holds: (requester: Requester) => boolean): Bits {
  return bitsWhere(space.requesters.length, i => holds(space.requesters[i]!))
}
