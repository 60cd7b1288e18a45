import { type AccessRequest, denialText } from '@tripoint/iam'
import { type Access, accessList, approve, codecommit, definePipeline, deployEndpoint, train } from '@tripoint/pipeline'
import { describe, expect, test } from 'vitest'
import type { Line } from './at-hand.ts'
import { explainError } from './explain.ts'

const definition = definePipeline({
  name: 'churn',
  region: 'us-east-1',
  accounts: { shared: '111111111111', training: '222222222222', production: '333333333333' },
  source: codecommit({ repository: 'churn', branch: 'main' }),
  stages: [
    train({ account: 'training', template: 'training.template.json', data: 'data/' }),
    approve(),
    deployEndpoint({ account: 'production', endpoint: 'churn', instanceType: 'ml.m5.large' }),
  ],
  people: { publishers: ['arn:aws:iam::111111111111:user/ada'] },
})
const line: Line = { name: definition.name, accounts: definition.accounts, definition }
const list = accessList(definition)

/** As the caller shows in the text: a role by its session. */
function caller({ principal }: Access): AccessRequest['requester'] {
  if (principal.kind === 'service')
    return { type: 'service', arn: '', account: '', uniqueId: '', service: principal.name }
  const { arn, account } = principal
  return principal.kind === 'user'
    ? { type: 'user', arn, account, uniqueId: 'AIDA' }
    : {
        type: 'assumed-role',
        arn: arn.replace(/^arn:aws:iam:(.*):role\//, 'arn:aws:sts:$1:assumed-role/').concat('/1624294113598'),
        account,
        uniqueId: 'AROA',
      }
}

describe('each entry of the access list', () => {
  test.each(list.map(access => [access.id, access] as const))(
    '%s is found by what AWS says without it',
    (_id, access) => {
      const text = denialText(
        {
          requester: caller(access),
          action: access.action,
          resource: access.resource === '*' ? '*' : access.resource.replaceAll('*', 'x-1'),
          resourceAccount: access.account,
          context: {},
          identity: [],
        },
        { allowed: false, reason: 'implicit-deny', decidedBy: [], missing: [{ side: 'identity', why: '' }] },
      )
      const { mode, line: hand, ask } = explainError(`An error occurred (AccessDenied): ${text}`, line)
      expect(mode).toBeDefined()
      expect(hand?.entries.map(entry => entry.access.id)).toContain(access.id)
      // Others are of the same principal, action and resource, for another step.
      for (const entry of hand?.entries ?? [])
        expect([entry.access.action, entry.access.principal]).toEqual([access.action, access.principal])
      expect(hand?.entries[0]?.sides.map(({ side }) => side)).toEqual(access.sides)
      expect(ask).toMatch(/^tripoint why \S+ \S+ \S+$/)
    },
  )
})

const stranger =
  'User: arn:aws:sts::222222222222:assumed-role/somebody/x is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:us-east-1:111111111111:key/k because no identity-based policy allows'
const workflow = 'arn:aws:sts::222222222222:assumed-role/churn-train-workflow-us-east-1/x'

test.each([
  ['a stranger', stranger, /^somebody is nobody on the access list/],
  [
    'an action that the role does not need',
    `User: ${workflow} is not authorized to perform: sagemaker:CreateProcessingJob on resource: arn:aws:sagemaker:us-east-1:222222222222:processing-job/x`,
    /^churn-train-workflow-us-east-1 needs no sagemaker:CreateProcessingJob/,
  ],
  [
    'a resource that it does not need',
    `User: ${workflow} is not authorized to perform: sagemaker:CreateTrainingJob on resource: arn:aws:sagemaker:eu-west-1:222222222222:training-job/churn-train-1`,
    /^the line does not need sagemaker:CreateTrainingJob on .*eu-west-1.*, but on /,
  ],
  [
    'the same role in another account',
    stranger.replace('222222222222:assumed-role/somebody', '333333333333:assumed-role/churn-train-training-us-east-1'),
    /^churn-train-training-us-east-1 is nobody on the access list/,
  ],
])('%s is said to be none of the line', (_what, text, note) => {
  const { line: hand } = explainError(text, line)
  expect(hand?.entries).toEqual([])
  expect(hand?.notes[0]).toMatch(note)
})

test('an account that somebody made unreadable is no reason not to know the role', () => {
  const { line: hand } = explainError(
    "'arn:aws:iam::(aws-account):role/churn-train-workflow-us-east-1' is not authorized to create managed-rule.",
    line,
  )
  expect(hand?.entries.map(({ access }) => access.action)).toEqual(['events:PutRule'])
})

test.each([
  [
    'F6',
    "The service role or action role doesn't have the permissions required to access the Amazon S3 bucket named churn-111111111111-us-east-1.",
    's3:GetObject',
  ],
  [
    'F15',
    'An error occurred (AccessDeniedException) when calling the PutJobSuccessResult operation',
    'codepipeline:PutJobSuccessResult',
  ],
  [
    'F14',
    'An API call to StepFunctions.describeExecution (RequestId: xxx ) returned a AccessDeniedException error',
    'states:DescribeExecution',
  ],
  [
    'F2',
    'CodePipeline is not authorized to perform AssumeRole on role arn:aws:iam::111111111111:role/churn-pipeline-us-east-1',
    'sts:AssumeRole',
  ],
  ['F11', 'make sure your request credentials have permission to GetObject', undefined],
])('%s, where nobody is named, is about what the line needs', (number, text, action) => {
  const { mode, line: hand } = explainError(
    number === 'F11' ? `Your access has been denied by S3, please ${text} for packages/x.zip. S3` : text,
    line,
  )
  expect(mode?.number).toBe(number)
  if (action === undefined) expect(hand?.entries).toEqual([])
  else expect(hand?.entries.map(({ access }) => access.action)).toContain(action)
})

test('an operation that has the name of an object’s own property is one that nobody knows', () => {
  const said = (operation: string) =>
    explainError(`An error occurred (AccessDenied) when calling the ${operation} operation: no`, line).line?.entries
  expect(said('constructor')).toEqual(said('Unheard'))
})

test('what is no permission is told of this line all the same', () => {
  const quota =
    "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances, with current utilization of 0 Instances"
  expect(explainError(quota, line).line?.notes.join()).toContain(
    'account 333333333333 (production) needs 1 × "ml.m5.large for endpoint usage" in us-east-1',
  )
})
