import { type AccessLevel, accessLevel } from '../catalogue/catalogue.ts'

/** How much harm it can do, as AWS sorts actions, most dangerous first. */
export type Level = 'permissions' | 'write' | 'tagging' | 'read' | 'list'

export const LEVELS: readonly Level[] = ['permissions', 'write', 'tagging', 'read', 'list']

export const highest = (levels: readonly Level[]): Level =>
  LEVELS.find(level => levels.includes(level)) ?? 'permissions'

/**
 * What one does with an action, `{}` being the resource.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const VERBS: Readonly<Record<string, readonly [Level, string]>> = {
  'sts:AssumeRole': ['permissions', 'become {}'],
  'sts:AssumeRoleWithWebIdentity': ['permissions', 'become {}'],
  'sts:AssumeRoleWithSAML': ['permissions', 'become {}'],
  'iam:PassRole': ['permissions', 'hand on {}'],
  'iam:CreateRole': ['permissions', 'create {}'],
  'iam:PutRolePolicy': ['permissions', 'give {} any permission'],
  'iam:AttachRolePolicy': ['permissions', 'give {} any permission'],
  'iam:UpdateAssumeRolePolicy': ['permissions', 'change who may become {}'],
  'kms:Decrypt': ['read', 'decrypt with {}'],
  'kms:Encrypt': ['write', 'encrypt directly with {}'],
  'kms:GenerateDataKey': ['write', 'encrypt with {}'],
  'kms:GenerateDataKeyWithoutPlaintext': ['write', 'encrypt with {}'],
  'kms:ReEncryptFrom': ['write', 're-encrypt what lies under {}'],
  'kms:ReEncryptTo': ['write', 're-encrypt under {}'],
  'kms:DescribeKey': ['read', 'look at {}'],
  'kms:CreateGrant': ['permissions', 'let others use {}'],
  'kms:PutKeyPolicy': ['permissions', 'rewrite who may use {}'],
  'kms:ScheduleKeyDeletion': ['write', 'delete {}'],
  's3:GetObject': ['read', 'read {}'],
  's3:GetObjectVersion': ['read', 'read the versions of {}'],
  's3:PutObject': ['write', 'write {}'],
  's3:DeleteObject': ['write', 'delete {}'],
  's3:AbortMultipartUpload': ['write', 'break off uploads to {}'],
  's3:ListBucket': ['list', 'list {}'],
  's3:PutBucketPolicy': ['permissions', 'rewrite who may use {}'],
  's3:DeleteBucketPolicy': ['permissions', 'delete the policy of {}'],
  'codecommit:GetBranch': ['read', 'read {}'],
  'codecommit:GetCommit': ['read', 'read {}'],
  'codecommit:UploadArchive': ['read', 'hand the content of {} to the pipeline'],
  'codecommit:GitPull': ['read', 'clone {}'],
  'codecommit:GitPush': ['write', 'push to {}'],
  'codepipeline:StartPipelineExecution': ['write', 'start {}'],
  'codepipeline:PutApprovalResult': ['write', 'approve or reject {}'],
  'codepipeline:PutJobSuccessResult': ['write', 'report the success of pipeline jobs'],
  'codepipeline:PutJobFailureResult': ['write', 'report the failure of pipeline jobs'],
  'codepipeline:GetPipelineState': ['read', 'see where {} stands'],
  'cloudformation:CreateStack': ['write', 'create {}'],
  'cloudformation:UpdateStack': ['write', 'update {}'],
  'cloudformation:DeleteStack': ['write', 'delete {}'],
  'lambda:InvokeFunction': ['write', 'invoke {}'],
  'lambda:UpdateFunctionCode': ['write', 'replace the code of {}'],
  'lambda:AddPermission': ['permissions', 'let others invoke {}'],
  'states:StartExecution': ['write', 'run {}'],
  'sagemaker:CreateTrainingJob': ['write', 'start {}'],
  'sagemaker:StopTrainingJob': ['write', 'stop {}'],
  'sagemaker:CreateEndpoint': ['write', 'create {}'],
  'sagemaker:UpdateEndpoint': ['write', 'update {}'],
  'sagemaker:DeleteEndpoint': ['write', 'delete {}'],
  'logs:PutLogEvents': ['write', 'write to {}'],
  'cloudwatch:PutMetricData': ['write', 'write metrics'],
  'ecr:BatchGetImage': ['read', 'pull {}'],
}

/** The actions that have words of their own: what a pattern of actions is tried with. */
export const WORDED_ACTIONS: readonly string[] = Object.keys(VERBS)

const byAction = new Map(Object.entries(VERBS).map(([action, verb]) => [action.toLowerCase(), verb]))

const AWS_LEVELS: Readonly<Record<AccessLevel, Level>> = {
  'Permissions management': 'permissions',
  Write: 'write',
  Tagging: 'tagging',
  Read: 'read',
  List: 'list',
}

/** Our own word for those that have one; otherwise as AWS sorts it, and a pattern or what AWS does not know as dangerous as can be. */
export function levelOf(action: string): Level {
  const known = byAction.get(action.toLowerCase())?.[0]
  if (known) return known
  const level = accessLevel(action)
  return level === undefined ? 'permissions' : AWS_LEVELS[level]
}

const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  permissions: 'change who may do what with {}',
  write: 'use {action} on {}',
  tagging: 'tag {}',
  read: 'read {}',
  list: 'list {}',
}

/** `decrypt with the shared key` */
export function phraseOf(action: string, resource: string): string {
  const phrase =
    byAction.get(action.toLowerCase())?.[1] ??
    (/[*?]/.test(action) ? 'use {action} on {}' : LEVEL_WORDS[levelOf(action)])
  return phrase.replaceAll(/\{(action)?\}/g, (_, which: string | undefined) => (which ? action : resource))
}
