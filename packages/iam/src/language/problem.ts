import type { PolicyKind } from './document.ts'
import {
  checkActions,
  checkCharacters,
  checkConditions,
  checkNames,
  checkPrincipals,
  checkResources,
  type Report,
  type StatementRules,
} from './element-problem.ts'
import { asList, isObject, type Json, readJson } from './json.ts'
import { rankOf, TEXT } from './problem-text.ts'

/** Where a document is used. A managed policy and a role's trust policy have rules of their own; `any` leaves them out. */
export type DocumentKind = PolicyKind | 'managed' | 'trust' | 'any'

/** Something wrong in a policy: `message` for a person, `text` the sentence with which AWS refuses. */
export interface Finding {
  readonly path: string
  readonly message: string
  readonly value?: unknown
  readonly text: string
}

interface Rules extends StatementRules {
  readonly version?: '2012-10-17'
  /** Only letters and digits in statement ids. */
  readonly plainSids: boolean
  /** It can only take away: to allow is left to RCPFullAWSAccess, which says nothing but "everything". */
  readonly denyOnly?: true
}

const ATTACHED: Rules = { principal: 'forbidden', resource: 'required', notPrincipal: true, plainSids: true }
const OPEN: Rules = { principal: 'either', resource: 'either', notPrincipal: true, plainSids: false }

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
const RULES: Record<DocumentKind, Rules> = {
  any: OPEN,
  identity: ATTACHED,
  boundary: ATTACHED,
  session: ATTACHED,
  managed: { ...ATTACHED, version: '2012-10-17' },
  scp: { ...ATTACHED, plainSids: false },
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
  rcp: { ...OPEN, principal: 'required', resource: 'required', notPrincipal: false, denyOnly: true },
  resource: { ...OPEN, principal: 'required' },
  trust: { ...OPEN, principal: 'required', resource: 'forbidden', notPrincipal: false, actions: /^(\*|sts:.*)$/i },
}

/** Everything that is wrong with a document; first what AWS would name. */
export function findPolicyProblems(source: unknown, kind: DocumentKind = 'any'): Finding[] {
  const findings: Finding[] = []
  const report: Report = (path, text, message, value) => findings.push({ path, message, value, text })
  const rules = RULES[kind]
  const document = readJson(source)
  checkCharacters(document, '', report)
  if (!isObject(document)) {
    report('', TEXT.syntax, 'is not a JSON object', source)
    return findings
  }
  checkNames(document, ['Version', 'Id', 'Statement'], '', report)
  checkText(document.Id, 'Id', report)
  checkVersion(document.Version, rules, report)
  const statements = asList(document.Statement)
  if (statements.length === 0) report('Statement', TEXT.syntax, 'is missing or empty', document.Statement)
  for (const [index, statement] of statements.entries()) checkStatement(statement, `Statement[${index}]`, rules, report)
  checkSids(statements, rules, report)
  return findings.sort((a, b) => rankOf(a.text) - rankOf(b.text))
}

function checkVersion(version: unknown, rules: Rules, report: Report): void {
  if (version !== undefined && version !== '2008-10-17' && version !== '2012-10-17') {
    report('Version', TEXT.syntax, 'is neither "2012-10-17" nor "2008-10-17"', version)
  } else if (rules.version && version !== rules.version) {
    report('Version', TEXT.version, `is not "${rules.version}"`, version)
  }
}

function checkText(value: unknown, path: string, report: Report): void {
  if (value !== undefined && typeof value !== 'string') report(path, TEXT.syntax, 'is not a string', value)
}

export const STATEMENT_ELEMENTS: readonly string[] = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

function checkStatement(statement: unknown, path: string, rules: Rules, report: Report): void {
  if (!isObject(statement)) return void report(path, TEXT.syntax, 'is not an object', statement)
  checkNames(statement, STATEMENT_ELEMENTS, path, report)
  checkText(statement.Sid, `${path}.Sid`, report)
  checkEffect(statement.Effect, `${path}.Effect`, report)
  if (rules.denyOnly && statement.Effect === 'Allow' && !isEverything(statement))
    report(`${path}.Effect`, TEXT.policyType, 'may only be "Deny" in a resource control policy', statement.Effect)
  checkPrincipals(statement, path, rules, report)
  checkActions(statement, path, rules, report)
  checkResources(statement, path, rules, report)
  checkConditions(statement.Condition, `${path}.Condition`, report)
}

function isEverything({ Action, Resource, Principal, Condition }: Json): boolean {
  return Action === '*' && Resource === '*' && Principal === '*' && Condition === undefined
}

function checkEffect(effect: unknown, path: string, report: Report): void {
  if (effect === 'Allow' || effect === 'Deny') return
  const text = /^(allow|deny)$/i.test(String(effect)) ? TEXT.legacy : TEXT.syntax
  report(path, text, effect === undefined ? 'is missing' : 'is neither "Allow" nor "Deny"', effect)
}

function checkSids(statements: readonly unknown[], rules: Rules, report: Report): void {
  const seen = new Set<string>()
  for (const [index, statement] of statements.entries()) {
    if (!isObject(statement) || typeof statement.Sid !== 'string') continue
    const { Sid } = statement
    const path = `Statement[${index}].Sid`
    if (seen.has(Sid) && Sid !== '') report(path, TEXT.sids, 'is used twice in this policy', Sid)
    if (rules.plainSids && !/^[0-9A-Za-z]*$/.test(Sid)) report(path, TEXT.sid, 'may hold only letters and digits', Sid)
    seen.add(Sid)
  }
}
