import type { Policy, PolicyDocument } from '../language/document.ts'
import type { Naming } from '../language/principal.ts'
import { type CompiledStatement, compileStatement, type Miss, type Scene } from '../language/statement.ts'

/** A statement that applies. */
export interface Ruling {
  readonly policy: Policy
  readonly statement: CompiledStatement
  readonly naming?: Naming | undefined
}

/** An Allow that is about the action but misses in something else. */
export interface NearMiss {
  readonly policy: Policy
  readonly statement: CompiledStatement
  readonly miss: Miss
}

/** What a set of policies says to a request, and why. */
export interface Verdict {
  readonly allows: readonly Ruling[]
  readonly denies: readonly Ruling[]
  readonly near: readonly NearMiss[]
}

export function judge(policies: readonly Policy[], scene: Scene): Verdict {
  const allows: Ruling[] = []
  const denies: Ruling[] = []
  const near: NearMiss[] = []
  for (const policy of policies) {
    for (const statement of compiled(policy)) {
      const match = statement.match(scene)
      const isAllow = statement.statement.Effect === 'Allow'
      if (match.hit) (isAllow ? allows : denies).push({ policy, statement, naming: match.naming })
      else if (isAllow && match.at !== 'action') near.push({ policy, statement, miss: match })
    }
  }
  return { allows, denies, near }
}

type Cache = WeakMap<PolicyDocument, readonly CompiledStatement[]>
const withPrincipals: Cache = new WeakMap()
const withoutPrincipals: Cache = new WeakMap()

function compiled(policy: Policy): readonly CompiledStatement[] {
  const principals = policy.kind === 'resource' || policy.kind === 'rcp'
  const cache = principals ? withPrincipals : withoutPrincipals
  const known = cache.get(policy.document)
  if (known) return known
  const { Version: version, Statement } = policy.document
  const statements = Statement.map((statement, index) => compileStatement(statement, { version, index, principals }))
  cache.set(policy.document, statements)
  return statements
}
