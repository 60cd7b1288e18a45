import type { ConditionBlock, PolicyDocument, PolicyVersion, Principals, Statement } from './document.ts'
import { asList, isObject, type Json, readJson } from './json.ts'
import { type DocumentKind, type Finding, findPolicyProblems } from './problem.ts'

/** The message is AWS's sentence for the first problem; `findings` has them all, with place and value. */
export class PolicySyntaxError extends Error {
  readonly findings: readonly Finding[]
  constructor(findings: readonly Finding[]) {
    super(findings[0]?.text ?? 'Syntax errors in policy.')
    this.name = 'PolicySyntaxError'
    this.findings = findings
  }
}

const caches = new Map<DocumentKind, Map<string, PolicyDocument>>()
const CACHE_LIMIT = 5_000

/** Documents are immutable, so the same source gives the same (already compiled) document. With a kind its rules are checked too. */
export function parsePolicy(source: unknown, kind: DocumentKind = 'any'): PolicyDocument {
  return typeof source === 'string' ? parseOnce(source, kind) : parse(source, kind)
}

function parseOnce(source: string, kind: DocumentKind): PolicyDocument {
  const cache = caches.get(kind) ?? new Map<string, PolicyDocument>()
  caches.set(kind, cache)
  const known = cache.get(source)
  if (known) return known
  const document = parse(source, kind)
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(source, document)
  return document
}

function parse(source: unknown, kind: DocumentKind): PolicyDocument {
  const json = readJson(source)
  const findings = findPolicyProblems(source, kind)
  if (findings.length > 0 || !isObject(json)) throw new PolicySyntaxError(findings)
  return Object.freeze({
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    Version: (json.Version ?? '2008-10-17') as PolicyVersion,
    ...(json.Id === undefined ? {} : { Id: String(json.Id) }),
    Statement: asList(json.Statement).map(statement => toStatement(statement as Json)),
  })
}

const LISTS = ['Action', 'NotAction', 'Resource', 'NotResource'] as const

function toStatement(json: Json): Statement {
  const lists = LISTS.filter(name => json[name] !== undefined).map(name => [name, asList(json[name]).map(String)])
  return {
    ...(json.Sid === undefined ? {} : { Sid: String(json.Sid) }),
    Effect: json.Effect as 'Allow' | 'Deny',
    ...(json.Principal === undefined ? {} : { Principal: toPrincipals(json.Principal) }),
    ...(json.NotPrincipal === undefined ? {} : { NotPrincipal: toPrincipals(json.NotPrincipal) }),
    ...Object.fromEntries(lists),
    ...(json.Condition === undefined ? {} : { Condition: toCondition(json.Condition) }),
  }
}

/** `"*"` and `{"AWS": "*"}` mean the same: …/reference_policies_elements_principal.html#principal-anonymous */
function toPrincipals(principal: unknown): Principals {
  return principal === '*' ? { AWS: ['*'] } : toLists(principal)
}

function toCondition(condition: unknown): ConditionBlock {
  return mapValues(condition, toLists)
}

function toLists(value: unknown): Record<string, string[]> {
  return mapValues(value, each => asList(each).map(String))
}

function mapValues<T>(value: unknown, change: (each: unknown) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(value as object).map(([name, each]) => [name, change(each)]))
}
