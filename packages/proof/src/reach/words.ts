import type { Quoted } from '../report/report.ts'
import type { Resource } from '../world/world.ts'

type Consequence = readonly [actions: RegExp, what: string]

/** The first that fits an action says what is at stake. */
const AT_STAKE: Readonly<Record<string, readonly Consequence[]>> = {
  'AWS::KMS::Key': [
    [/PutKeyPolicy|CreateGrant/i, 'give anybody the use of the key, itself too'],
    [/ScheduleKeyDeletion|DisableKey|ImportKeyMaterial/i, 'make everything under the key unreadable'],
    [/Decrypt|ReEncryptFrom/i, 'read everything that lies under the key'],
    [/Encrypt|GenerateDataKey/i, 'write what passes as made by the line'],
  ],
  'AWS::S3::Bucket': [
    [/PutBucketPolicy|DeleteBucketPolicy/i, 'rewrite who may use the bucket'],
    [/PutObject|Replicate/i, 'replace data, models and artifacts'],
    [/Delete/i, 'delete data, models and artifacts'],
    [/GetObject/i, 'read data, models and artifacts'],
  ],
  'AWS::IAM::Role': [
    [/^sts:/i, 'do everything that the role can do'],
    [/PassRole/i, 'hand the role to a service'],
    [/./, 'change what the role may do or who it is for'],
  ],
  'AWS::CodeCommit::Repository': [
    [/Push|PutFile|Commit|Merge/i, 'say what the line trains and deploys'],
    [/Delete/i, 'delete the source'],
  ],
  'AWS::CodePipeline::Pipeline': [
    [/PutApprovalResult/i, 'approve what goes into production'],
    [/Update|Create/i, 'change what the line does'],
  ],
  'AWS::Lambda::Function': [
    [/UpdateFunction|AddPermission|Layer/i, 'have its own code run with the rights of the function'],
    [/Invoke/i, 'have the function run on what it is told'],
  ],
  'AWS::StepFunctions::StateMachine': [
    [/UpdateStateMachine/i, 'have its own workflow run with the rights of the state machine'],
    [/StartExecution/i, 'have the workflow run on what it is told'],
  ],
}

export function consequenceOf({ type, arn }: Resource, who: string, actions: readonly string[]): string {
  const rows = Object.hasOwn(AT_STAKE, type) ? AT_STAKE[type]! : []
  const stakes = new Set(actions.flatMap(action => rows.find(([test]) => test.test(action))?.[1] ?? []))
  const what = stakes.size > 0 ? [...stakes].join(', and ') : `do ${actions.join(', ')}`
  return `${who} can ${what} (${arn})`
}

/** Which statement to narrow. The resource's side lets in; the identity's side is what a principal has too much of. */
export function cureOf(statements: readonly Quoted[]): string {
  const letting = statements.find(({ side }) => side !== 'identity')
  const given = statements.find(({ side }) => side === 'identity')
  const parts = [
    ...(letting ? [`name in ${placed(letting)} only those who need it`] : []),
    ...(given ? [`leave in ${placed(given)} only the actions and resources that are needed`] : []),
  ]
  return parts.join(', or ') || 'narrow the policy that lets it in'
}

/** `statement 2 of key policy of arn:… (base.json:12)` */
export const placed = ({ sid, index, policy, place }: Quoted): string =>
  `statement ${sid ?? index + 1} of ${policy}${place ? ` (${place.file}:${place.line})` : ''}`
