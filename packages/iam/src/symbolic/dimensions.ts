import type { Policy, PolicyVersion, Principals, Statement } from '../language/document.ts'
import type { Requester } from '../language/request.ts'
import { toCode } from '../language/wildcard.ts'
import { about, type Caps } from './answer.ts'
import { arnPartition } from './arn-partition.ts'
import type { Bits } from './bits.ts'
import { type Clause, clausesOf, keysOf, templatesOf } from './clause.ts'
import { type KeyDimension, keyDimension } from './key-dimension.ts'
import { type Given, isDomain, type Knowledge, knowledgeOf, PRINCIPAL_KEYS, SCOPED_KEYS } from './knowledge.ts'
import { type OpenTest, openCondition, openResource } from './open-test.ts'
import { readingsOf, requesters } from './principal-dimension.ts'
import { type ResourcePattern, resourcePattern } from './resource-pattern.ts'
import { type Partition, textPartition } from './text-partition.ts'

export interface SpaceInput extends Given {
  readonly policies: readonly Policy[]
  /** What else tells requests apart, beside the policies. */
  readonly actions?: readonly string[]
  readonly resources?: readonly string[]
  readonly named?: readonly Principals[]
  readonly clauses?: readonly Clause[]
}

/** All that the policies tell apart: actions, resources, who asks, each condition key, and what is open. */
export interface Dimensions {
  readonly knowledge: Knowledge
  readonly actions: Side
  readonly resources: Side
  readonly requesters: readonly Requester[]
  readonly keys: readonly KeyDimension[]
  readonly open: readonly OpenTest[]
  patternOf(pattern: string, variables: boolean): ResourcePattern
  sortOf(clause: Clause): Sort
}

/** Texts, cut by patterns. */
export interface Side {
  readonly codes: readonly string[]
  readonly partition: Partition
  setOf(code: string): Bits
}

/** What a condition is about: what every request has, who asks, a key of the request, or what cannot be told. */
export type Sort = 'known' | 'principal' | 'key' | 'open'

interface Written {
  readonly policy: Policy
  readonly statement: Statement
  readonly version: PolicyVersion
}

export function dimensionsOf(input: SpaceInput, caps: Caps): Dimensions {
  const knowledge = knowledgeOf(input)
  const written = input.policies.flatMap(policy =>
    policy.document.Statement.map(statement => ({ policy, statement, version: policy.document.Version })),
  )
  const patterns = patternsOf(written, input.resources ?? [], knowledge)
  const clauses = distinct([
    ...written.flatMap(({ statement, version }) => clausesOf(statement, version)),
    ...(input.clauses ?? []),
  ])
  const sortOf = sorter(knowledge, isDomain(input.who))
  const bySort = (sort: Sort) => clauses.filter(clause => sortOf(clause) === sort)
  const actions = [
    ...written.flatMap(({ statement }) => statement.Action ?? statement.NotAction ?? []),
    ...clauses.flatMap(({ key }) => SCOPED_KEYS.get(key)?.actions ?? []),
  ]
  return {
    knowledge,
    actions: sideOf([...actions, ...(input.actions ?? [])].map(actionCode), codes =>
      about('actions', () => textPartition(codes, caps)),
    ),
    resources: sideOf(codesOf([...patterns.values()]), codes => about('resources', () => arnPartition(codes, caps))),
    requesters: requestersOf(input, written, bySort('principal'), knowledge, codesOf([...patterns.values()]), caps),
    keys: byKey(bySort('key')).map(own => keyDimension(own, knowledge.context, caps)),
    open: [
      ...[...patterns].flatMap(([id, pattern]) =>
        pattern.kind === 'open' ? [openResource(id, id.slice(2), pattern)] : [],
      ),
      ...bySort('open').map(openCondition),
    ],
    patternOf: (pattern, variables) => patterns.get(patternId(pattern, variables))!,
    sortOf,
  }
}

export function actionCode(name: string): string {
  return toCode(name.toLowerCase())
}

/** The policies that say whom they are for. */
export function namesPrincipals({ kind }: Pick<Policy, 'kind'>): boolean {
  return kind === 'resource' || kind === 'rcp'
}

export function patternId(pattern: string, variables: boolean): string {
  return `${variables ? 'v' : ' '} ${pattern}`
}

function patternsOf(written: readonly Written[], more: readonly string[], knowledge: Knowledge) {
  const patterns = new Map<string, ResourcePattern>()
  const add = (pattern: string, variables: boolean) => {
    const id = patternId(pattern, variables)
    if (!patterns.has(id)) patterns.set(id, resourcePattern(pattern, variables, knowledge))
  }
  for (const { statement, version } of written) {
    for (const pattern of statement.Resource ?? statement.NotResource ?? []) add(pattern, version === '2012-10-17')
  }
  for (const pattern of more) add(pattern, false)
  return patterns
}

function codesOf(patterns: readonly ResourcePattern[]): string[] {
  return patterns.flatMap(pattern => {
    if (pattern.kind === 'code') return [pattern.code]
    return pattern.kind === 'open' && pattern.wide !== undefined ? [pattern.wide] : []
  })
}

function requestersOf(
  { who, named = [] }: SpaceInput,
  written: readonly Written[],
  clauses: readonly Clause[],
  { context: known }: Knowledge,
  resources: readonly string[],
  caps: Caps,
): readonly Requester[] {
  const principals = written
    .filter(({ policy }) => namesPrincipals(policy))
    .flatMap(({ statement: { Principal, NotPrincipal } }) => [Principal, NotPrincipal])
    .filter(each => each !== undefined)
  const mentioned = [...principals, ...named]
  if (!isDomain(who)) return readingsOf(who, mentioned)
  return about('principals', () => requesters({ principals: mentioned, clauses, resources, known }, who, caps))
}

function sideOf(codes: readonly string[], cut: (codes: readonly string[]) => Partition): Side {
  const own = [...new Set(codes)].sort()
  const partition = cut(own)
  const indexes = new Map(own.map((code, i) => [code, i]))
  return { codes: own, partition, setOf: code => partition.sets[indexes.get(code)!]! }
}

function distinct(clauses: readonly Clause[]): Clause[] {
  return [...new Map(clauses.map(clause => [clause.id, clause])).values()]
}

function byKey(clauses: readonly Clause[]): Clause[][] {
  const groups = new Map<string, Clause[]>()
  for (const clause of clauses) groups.set(clause.key, [...(groups.get(clause.key) ?? []), clause])
  return [...groups.values()]
}

function sorter(knowledge: Knowledge, unknownPrincipal: boolean): (clause: Clause) => Sort {
  const sorts = new Map<string, Sort>()
  const sortOf = (clause: Clause): Sort => {
    if (templatesOf(clause).some(template => keysOf(template).some(key => !knowledge.isKnown(key)))) return 'open'
    if (knowledge.isKnown(clause.key)) return 'known'
    const same = SCOPED_KEYS.get(clause.key)?.same
    if (same && knowledge.isKnown(same)) return 'known'
    if (same && unknownPrincipal && PRINCIPAL_KEYS.has(same)) return 'principal'
    return unknownPrincipal && PRINCIPAL_KEYS.has(clause.key) ? 'principal' : 'key'
  }
  return clause => {
    const sort = sorts.get(clause.id) ?? sortOf(clause)
    sorts.set(clause.id, sort)
    return sort
  }
}
