import { type DocumentKind, findPolicyProblems, type Policy, parsePolicy } from '@tripoint/iam'
import type { Finding } from '../source/finding.ts'
import { below, type Path, type Spot } from '../source/spot.ts'
import { originOf } from '../template/origin.ts'
import { isObject, type Json, member } from '../template/value.ts'
import { policyProblem } from './policy-problem.ts'
import type { PlacedStatement, WrittenPolicy } from './world.ts'

export interface Written {
  readonly side: WrittenPolicy['side']
  /** whose rules it has to keep */
  readonly kind: DocumentKind
  readonly owner: string
  readonly account: string
  /** as a person would say it; no two of a world are the same */
  readonly name: string
  readonly spot: Spot
  readonly document: unknown
}

const KINDS: Readonly<Record<WrittenPolicy['side'], Policy['kind']>> = {
  identity: 'identity',
  boundary: 'boundary',
  resource: 'resource',
  key: 'resource',
  trust: 'resource',
}

/** The sound statements of a document as a policy; what is wrong with the others is reported, all of it. */
export function writtenPolicy(raw: Written, report: (finding: Finding) => void): WrittenPolicy {
  const written = { ...raw, document: parsed(raw.document) }
  const document = withKnownShapes(written.document, written.account)
  const given = member(document, 'Statement')
  const list = Array.isArray(given) ? (given as unknown[]) : given === undefined ? [] : [given]
  const spots = statementSpots(written)
  const unsound = new Set<number>()
  for (const problem of findPolicyProblems(document, written.kind)) {
    const { finding, fatal } = policyProblem(problem, written.kind)
    const [head = '', index] = /^Statement\[(\d+)\]/.exec(problem.path) ?? []
    const path = pathOf(problem.path.slice(head.length))
    report({ ...finding, spot: below(spots[Number(index)] ?? written.spot, ...path) })
    if (fatal && index !== undefined) unsound.add(Number(index))
  }
  const all = list.map((statement, index) => ({ statement, spot: spots[index] ?? written.spot }))
  const sound = all.filter((_, index) => !unsound.has(index))
  const unread = all.filter((_, index) => unsound.has(index))
  const scattered = unsound.size > 0 || !Array.isArray(given) || spots.some(isElsewhere)
  const size = JSON.stringify(written.document)?.length ?? 0
  return { ...policyOf(written, sound, member(document, 'Version'), scattered), size, unread }
}

/** Deeper than any policy that AWS takes. */
const DEEPEST = 50

/** A document may stand as text, which is from outside too. */
function parsed(document: unknown): unknown {
  if (typeof document !== 'string') return document
  let depth = 0
  for (const [mark] of document.matchAll(/[[\]{}]/g)) {
    depth += mark === '[' || mark === '{' ? 1 : -1
    if (depth > DEEPEST) return []
  }
  try {
    return JSON.parse(document)
  } catch {
    return document
  }
}

/** A policy of statements that are sound by themselves, wherever each stands. */
export function policyOf(
  { side, owner, account, name, spot }: Omit<Written, 'document' | 'kind'>,
  placed: readonly PlacedStatement[],
  version: unknown,
  scattered: boolean,
): WrittenPolicy {
  const statements = uniquelyNamed(placed.map(({ statement }) => statement).filter(isObject))
  const source = JSON.stringify({
    Version: version === '2008-10-17' || version === undefined ? '2008-10-17' : '2012-10-17',
    Statement: statements.length > 0 ? statements : [NOTHING],
  })
  const document = parsePolicy(source)
  return {
    side,
    owner,
    account,
    policy: {
      kind: KINDS[side],
      name,
      document: statements.length > 0 ? document : { ...document, Statement: [] },
    },
    spot,
    ...(scattered ? { spots: placed.map(each => each.spot) } : {}),
  }
}

/** The language has no policy without a statement; what is left of a wrong one may have none. */
const NOTHING = { Effect: 'Deny', Action: 'none:none', Resource: '*' }

/** Of two statements with one name, which is a finding, the second goes without. */
function uniquelyNamed(statements: readonly Json[]): Json[] {
  const seen = new Set<unknown>()
  return statements.map(statement => {
    const sid = member(statement, 'Sid')
    const { Sid: _, ...rest } = statement
    if (typeof sid !== 'string' || seen.has(sid)) return rest
    seen.add(sid)
    return statement
  })
}

/** Where each statement stands: in its list, alone, or in a branch of Fn::If. */
function statementSpots({ document, spot }: Written): Spot[] {
  const given = member(document, 'Statement')
  const origin = originOf(given)
  const place = origin ? { file: spot.file, path: origin } : below(spot, 'Statement')
  const list = Array.isArray(given) ? (given as unknown[]) : [given]
  return list.map((statement, index) => {
    const from = originOf(statement)
    if (from) return { file: spot.file, path: from }
    return Array.isArray(given) ? below(place, index) : place
  })
}

/** Not at its own index of `Statement`. */
const isElsewhere = ({ path }: Spot, index: number): boolean => path.at(-2) !== 'Statement' || path.at(-1) !== index

/** `.Action[0]` → its path in the statement. */
const pathOf = (text: string): Path =>
  [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index))

const UNKNOWN = /^<[^<>]+>$/

/** A parameter that is not known may stand for a whole ARN: it gets the form of one, or its statement would be lost. */
function withKnownShapes(document: unknown, account: string): unknown {
  if (!JSON.stringify(document)?.includes('<')) return document
  const resource = (value: unknown) =>
    typeof value === 'string' && UNKNOWN.test(value) ? `arn:aws:unknown:::${value}` : value
  const principal = (value: unknown) =>
    typeof value === 'string' && UNKNOWN.test(value) ? `arn:aws:iam::${account}:role/${value}` : value
  const each = (value: unknown, change: (item: unknown) => unknown) =>
    Array.isArray(value) ? value.map(change) : change(value)
  const inStatement = (statement: unknown): unknown =>
    isObject(statement)
      ? Object.fromEntries(
          Object.entries(statement).map(([name, value]) => {
            if (name === 'Resource' || name === 'NotResource') return [name, each(value, resource)]
            if (name !== 'Principal' && name !== 'NotPrincipal') return [name, value]
            const aws = member(value, 'AWS')
            return [name, aws === undefined ? value : { ...(value as Json), AWS: each(aws, principal) }]
          }),
        )
      : statement
  return isObject(document) ? { ...document, Statement: each(member(document, 'Statement'), inStatement) } : document
}
