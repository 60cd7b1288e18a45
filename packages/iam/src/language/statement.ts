import { arnCodeTest, arnFields } from './arn.ts'
import { type ConditionMiss, compileCondition } from './condition.ts'
import { contextOf, type RequestContext } from './context.ts'
import type { PolicyVersion, Statement } from './document.ts'
import { compilePrincipals, type Naming } from './principal.ts'
import type { AccessRequest } from './request.ts'
import { parseTemplate } from './template.ts'
import { codeTest, toCode } from './wildcard.ts'

/** A request, prepared once for all the statements it meets. */
export interface Scene {
  readonly request: AccessRequest
  readonly action: string
  readonly resourceFields: readonly string[] | undefined
  readonly context: RequestContext
}

export function sceneOf(request: AccessRequest): Scene {
  return {
    request,
    action: request.action.toLowerCase(),
    resourceFields: arnFields(request.resource),
    context: contextOf(request),
  }
}

export interface Hit {
  readonly hit: true
  /** undefined in policies that name no principal. */
  readonly naming?: Naming
}

export interface Miss {
  readonly hit: false
  /** The first of these, in this order, that did not match. */
  readonly at: 'action' | 'principal' | 'resource' | 'condition'
  readonly conditions?: readonly ConditionMiss[]
}

export interface CompiledStatement {
  readonly statement: Statement
  readonly index: number
  match(scene: Scene): Hit | Miss
}

export interface StatementOptions {
  readonly version: PolicyVersion
  readonly index: number
  /** Resource policies name principals; in the others the principal is the one they are attached to. */
  readonly principals: boolean
}

const AT_ACTION: Miss = { hit: false, at: 'action' }
const AT_PRINCIPAL: Miss = { hit: false, at: 'principal' }
const AT_RESOURCE: Miss = { hit: false, at: 'resource' }
const HIT: Hit = { hit: true }
const HITS: Record<Naming, Hit> = {
  direct: { hit: true, naming: 'direct' },
  role: { hit: true, naming: 'role' },
  account: { hit: true, naming: 'account' },
}

export function compileStatement(statement: Statement, options: StatementOptions): CompiledStatement {
  const variables = options.version === '2012-10-17'
  const action = compileActions(statement)
  const principal = options.principals ? compilePrincipal(statement) : () => HIT
  const resource = compileResources(statement, variables)
  const condition = compileCondition(statement.Condition, { variables, effect: statement.Effect })
  return {
    statement,
    index: options.index,
    match(scene) {
      if (!action(scene.action)) return AT_ACTION
      const hit = principal(scene)
      if (!hit) return AT_PRINCIPAL
      if (!resource(scene)) return AT_RESOURCE
      const conditions = condition.misses(scene.context)
      return conditions.length === 0 ? hit : { hit: false, at: 'condition', conditions }
    },
  }
}

function compileActions(statement: Statement): (action: string) => boolean {
  const tests = (statement.Action ?? statement.NotAction ?? []).map(name => codeTest(toCode(name.toLowerCase())))
  const wanted = statement.Action !== undefined
  return action => tests.some(test => test(action)) === wanted
}

type PrincipalTest = (scene: Scene) => Hit | undefined

function compilePrincipal(statement: Statement): PrincipalTest {
  if (statement.Principal) {
    const principals = compilePrincipals(statement.Principal)
    return scene => {
      const naming = principals.naming(scene.request.requester)
      return naming && HITS[naming]
    }
  }
  if (!statement.NotPrincipal) return () => undefined
  const excepted = compilePrincipals(statement.NotPrincipal)
  if (statement.Effect === 'Allow') {
    return scene => (excepted.lists(scene.request.requester, 'some') ? undefined : HITS.direct)
  }
  // A principal with a boundary is denied whatever the list says, and a session must be listed with its role and its account.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
  return ({ request }) =>
    request.boundary === undefined && excepted.lists(request.requester, 'every') ? undefined : HITS.direct
}

type ResourceTest = (scene: Scene) => boolean | undefined

function compileResources(statement: Statement, variables: boolean): (scene: Scene) => boolean {
  const tests = (statement.Resource ?? statement.NotResource ?? []).map(pattern => compileResource(pattern, variables))
  // A role's trust policy has no resource: it is about the role.
  if (tests.length === 0) return () => true
  if (statement.Resource) return scene => tests.some(test => test(scene))
  // A variable without a value must not widen an Allow by excluding nothing.
  const unresolved = statement.Effect === 'Allow'
  return scene => !tests.some(test => test(scene) ?? unresolved)
}

function compileResource(pattern: string, variables: boolean): ResourceTest {
  if (/^\*+$/.test(pattern)) return () => true
  const template = parseTemplate(pattern, { variables, wildcards: true })
  if (template.fixed !== undefined) {
    const test = arnCodeTest(template.fixed)
    return ({ resourceFields }) => resourceFields !== undefined && test(resourceFields)
  }
  return ({ resourceFields, context }) => {
    const code = template.resolve(context)
    if (code === undefined) return undefined
    return resourceFields !== undefined && arnCodeTest(code)(resourceFields)
  }
}
