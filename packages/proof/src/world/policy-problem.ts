import { type DocumentKind, type findPolicyProblems, OPERATOR_NAMES, STATEMENT_ELEMENTS } from '@tripoint/iam'
import type { Finding } from '../source/finding.ts'
import { nearest } from '../source/nearest.ts'

type Problem = ReturnType<typeof findPolicyProblems>[number]

interface Row {
  readonly path: RegExp
  /** what AWS says, where the path alone does not tell */
  readonly text?: RegExp
  readonly code: string
  readonly cure: string
  readonly known?: readonly string[]
  /** the statement can be read all the same */
  readonly harmless?: true
}

/** In this order: the first row that fits says what it is. */
const ROWS: readonly Row[] = [
  { path: /^Version$/, code: 'policy-version', cure: 'write "2012-10-17"', harmless: true },
  {
    path: /^(Id|)$/,
    code: 'malformed-policy',
    cure: 'write a policy document: Version and a list of Statement',
    harmless: true,
  },
  { path: /^Statement$/, code: 'malformed-policy', cure: 'write at least one statement', harmless: true },
  {
    path: /^[^.[]+$/,
    code: 'unknown-element',
    cure: 'write Version, Id and Statement',
    known: ['Version', 'Id', 'Statement'],
    harmless: true,
  },
  {
    path: /\.Sid$/,
    text: /unique/,
    code: 'duplicate-sid',
    cure: 'give each statement an id of its own',
    harmless: true,
  },
  { path: /\.Sid$/, text: /alpha-numeric/, code: 'malformed-sid', cure: 'use letters and digits only', harmless: true },
  { path: /\.Effect$/, code: 'unknown-effect', cure: 'write "Allow" or "Deny"', known: ['Allow', 'Deny'] },
  {
    path: /\.(Not)?Action(\[\d+\])?$/,
    code: 'malformed-action',
    cure: 'write service:Action, such as s3:GetObject, or *',
  },
  {
    path: /\.(Not)?Resource(\[\d+\])?$/,
    text: /prohibited/,
    code: 'misplaced-element',
    cure: 'leave it out: a trust policy is about its own role',
  },
  {
    path: /\.(Not)?Resource(\[\d+\])?$/,
    code: 'malformed-arn',
    cure: 'write an ARN, arn:aws:service:region:account:resource, or *',
  },
  {
    path: /\.(Not)?Principal$/,
    text: /(should not|prohibited)/i,
    code: 'misplaced-element',
    cure: 'leave it out: the policy belongs to the principal that it is attached to',
  },
  {
    path: /\.(Not)?Principal\.(AWS|Service|Federated|CanonicalUser)\b/,
    code: 'invalid-principal',
    cure: 'write a twelve-digit account, the ARN of a role, user or account root, or "*"',
  },
  {
    path: /\.(Not)?Principal\./,
    code: 'unknown-element',
    cure: 'write one of AWS, Service, Federated, CanonicalUser',
    known: ['AWS', 'Service', 'Federated', 'CanonicalUser'],
  },
  { path: /\.(Not)?Principal$/, code: 'invalid-principal', cure: 'write {"AWS": …}, {"Service": …} or "*"' },
  {
    path: /\.Condition\.[^.]+$/,
    code: 'unknown-operator',
    cure: `write one of ${OPERATOR_NAMES.join(', ')}, with IfExists behind or ForAllValues: or ForAnyValue: before it`,
    known: OPERATOR_NAMES,
  },
  { path: /\.Condition/, code: 'malformed-condition', cure: 'write {operator: {key: value or list of values}}' },
  {
    path: /^Statement\[\d+\]\.[^.]+$/,
    code: 'unknown-element',
    cure: `write one of ${STATEMENT_ELEMENTS.join(', ')}`,
    known: STATEMENT_ELEMENTS,
  },
]

const FALLBACK: Row = {
  path: /^/,
  code: 'malformed-policy',
  cure: 'write the statement as the grammar of policies says',
}

const GRAMMAR = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html'

/** What AWS would refuse, in our words; `fatal`: the statement cannot be read as it is. */
export function policyProblem(problem: Problem, kind: DocumentKind): { finding: Finding; fatal: boolean } {
  const row = ROWS.find(({ path, text }) => path.test(problem.path) && (text?.test(problem.text) ?? true)) ?? FALLBACK
  const name = problem.path.slice(problem.path.lastIndexOf('.') + 1)
  const wrong = typeof problem.value === 'string' && row.code !== 'unknown-element' ? problem.value : name
  const meant = row.known && nearest(stripped(wrong), row.known)
  const shown =
    problem.value === undefined || typeof problem.value === 'object' ? name : `${name} ${JSON.stringify(problem.value)}`
  return {
    finding: {
      code: row.code,
      severity: 'error',
      message: `${row.code === 'unknown-element' || row.code === 'unknown-operator' ? name : shown} ${problem.message.split(';', 1)[0]}`,
      consequence: `AWS refuses the ${kind === 'trust' ? 'trust ' : ''}policy: ${problem.text}`,
      cure: meant ? `${row.cure}; nearest is ${meant}` : row.cure,
      page: GRAMMAR,
    },
    fatal: row.harmless !== true,
  }
}

const stripped = (name: string) => name.replace(/^(ForAllValues|ForAnyValue):/, '').replace(/IfExists$/, '')
