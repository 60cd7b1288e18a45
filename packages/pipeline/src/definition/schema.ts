import { z } from 'zod'

/**
 * A field's rule says what is allowed and how to cure it; zod finds, these words explain.
 * The text travels in the schema's metadata and is put into findings by `validate.ts`.
 */
interface Rule {
  readonly allowed: string
  readonly cure: string
}

const ruled = <T extends z.ZodType>(type: T, allowed: string, cure: string): T =>
  type.meta({ allowed, cure } satisfies Rule)

const accountId = ruled(
  z.string().regex(/^\d{12}$/),
  'an AWS account id: 12 digits, as a string',
  'copy it from `aws sts get-caller-identity`, with its leading zeros',
)

const person = ruled(
  z.string().regex(/^arn:aws:iam::\d{12}:(user|role)\/[\w+=,.@/-]+$/),
  'the ARN of an IAM user or role, such as arn:aws:iam::111111111111:user/ada',
  'write the whole ARN; groups and roots cannot be named in a key policy',
)

const stageName = ruled(
  z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/),
  'up to 32 letters, digits and hyphens, beginning with a letter',
  'rename the stage',
)

const accountRole = ruled(
  z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  'the name of an entry of accounts',
  'name one of the accounts, such as "training"',
)

const image = ruled(
  z.string().regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[a-z0-9._/-]+:[\w.-]+$/),
  'an image in Amazon ECR with a tag: ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG',
  "leave it out for SageMaker's XGBoost 1.7-1, or write the whole URI",
)

const folder = ruled(
  z.string().regex(/^([A-Za-z0-9_.-]+\/)+$/),
  'a folder in the bucket that ends in a slash, such as data/',
  'add the slash, and no leading one',
)

const source = z.strictObject({
  kind: z.literal('codecommit'),
  repository: ruled(
    z.string().regex(/^[\w.-]{1,100}$/),
    'a CodeCommit repository name',
    'letters, digits, ., _ and - only',
  ),
  branch: ruled(z.string().regex(/^[\w./-]{1,256}$/), 'a branch name', 'letters, digits, ., _, / and - only'),
})

const trainStage = z.strictObject({
  kind: z.literal('train'),
  name: stageName.default('Train'),
  account: accountRole,
  template: ruled(
    z.string().regex(/^(?!.*(^|\/)\.\.?\/)[\w.-]+(\/[\w.-]+)*\.(json|ya?ml|template)$/),
    'the path of a CloudFormation template in the repository',
    'a relative path that ends in .json, .yaml, .yml or .template',
  ),
  data: folder.default('data/'),
  image: image.optional(),
})

const approveStage = z.strictObject({ kind: z.literal('approve'), name: stageName.default('Approve') })

const deployStage = z.strictObject({
  kind: z.literal('deploy-endpoint'),
  name: stageName.default('Deploy'),
  account: accountRole,
  endpoint: ruled(
    z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/),
    'up to 63 letters, digits and hyphens',
    'rename the endpoint',
  ),
  instanceType: ruled(
    z.string().regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/),
    'a SageMaker instance type such as ml.m5.large',
    'types of EC2 need the prefix ml.',
  ),
  instances: ruled(z.int().min(1).max(100), 'a whole number from 1 to 100', 'leave it out for 1').default(1),
  keep: ruled(z.int().min(1).max(5), 'a whole number from 1 to 5', 'leave it out to keep 3 deployments').default(3),
  reportVia: ruled(
    z.enum(['assume-role', 'self']),
    '"assume-role" or "self"',
    'leave it out for "assume-role"',
  ).default('assume-role'),
  image: image.optional(),
})

const stageSchema = z.discriminatedUnion('kind', [trainStage, approveStage, deployStage])

export const definitionSchema = z.strictObject({
  name: ruled(
    z.string().regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/),
    '2 to 20 lower-case letters, digits and hyphens, beginning with a letter',
    'shorten it; it is part of every role, bucket and training-job name',
  ),
  region: ruled(
    z
      .string()
      .regex(
        /^(af|ap|ca|eu|il|me|mx|sa|us)-(central|north|south|east|west|northeast|northwest|southeast|southwest)-\d$/,
      ),
    'an AWS region such as us-east-1',
    'write the region code, not its name',
  ),
  accounts: z.record(accountRole, accountId),
  source,
  stages: ruled(z.array(stageSchema).min(1), 'at least one stage', 'add train(…), approve(), deployEndpoint(…)'),
  retrainOn: ruled(z.enum(['commit', 'data']), '"commit" or "data"', 'leave it out for "commit"').default('commit'),
  people: z
    .strictObject({
      publishers: z.array(person).default([]),
      pushers: z.array(person).default([]),
      approvers: z.array(person).default([]),
      deployers: z.array(person).default([]),
    })
    .default({ publishers: [], pushers: [], approvers: [], deployers: [] }),
})

export type DefinitionInput = z.input<typeof definitionSchema>
export type Definition = z.output<typeof definitionSchema>
export type Stage = z.output<typeof stageSchema>
export type StageInput = z.input<typeof stageSchema>
export type TrainStage = z.output<typeof trainStage>
export type ApproveStage = z.output<typeof approveStage>
export type DeployStage = z.output<typeof deployStage>
export type TrainInput = Omit<z.input<typeof trainStage>, 'kind'>
export type ApproveInput = Omit<z.input<typeof approveStage>, 'kind'>
export type DeployInput = Omit<z.input<typeof deployStage>, 'kind'>
export type SourceInput = Omit<z.input<typeof source>, 'kind'>
