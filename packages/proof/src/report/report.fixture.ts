import {
  A,
  accountOf,
  allow,
  allowFrom,
  B,
  BUCKET,
  C,
  DEPLOY_FUNCTION,
  DEPLOYER,
  FILES,
  HOSTING,
  KEY,
  LABELS,
  MACHINE,
  NEEDS,
  nameIn,
  ownerOf,
  PIPELINE,
  PUBLISHER,
  place,
  quoted,
  REPOSITORY,
  role,
  STACK_ACTION,
  TRAINING,
} from './line.fixture.ts'
import type { MapNode, NeedVerdict, Report } from './report.ts'

const denied = (verdict: NeedVerdict): NeedVerdict => ({
  ...verdict,
  verdict: 'denied',
  statements: verdict.statements.slice(0, 1),
  missing: [
    {
      side: 'key',
      why: `no statement of the key policy of ${KEY} allows kms:Decrypt to ${HOSTING}`,
      cure: `add a statement to the key policy that allows kms:Decrypt to ${HOSTING}`,
    },
  ],
  place: place(A, 31, 'Resources.Key.Properties.KeyPolicy'),
  witness: {
    principal: HOSTING,
    action: 'kms:Decrypt',
    resource: KEY,
    context: { 'aws:SecureTransport': 'true', 'kms:ViaService': 's3.us-east-1.amazonaws.com' },
  },
})

const depends = (verdict: NeedVerdict): NeedVerdict => ({
  ...verdict,
  verdict: 'depends',
  why: 'only where aws:SourceIp is in 10.0.0.0/8, and nothing says where SageMaker calls from',
})

const undecided = (verdict: NeedVerdict): NeedVerdict => ({
  ...verdict,
  verdict: 'undecided',
  statements: [],
  why: 'more than 100,000 combinations of conditions',
})

/** By action and a part of the principal. */
const CHANGED: readonly (readonly [string, string, (verdict: NeedVerdict) => NeedVerdict])[] = [
  ['kms:Decrypt', 'hosting', denied],
  ['s3:GetObject', 'training', depends],
  ['iam:PassRole', 'workflow', undecided],
]

const verdicts = NEEDS.map(verdict => {
  const { principal, action } = verdict.access
  const change = CHANGED.find(
    ([name, who]) => name === action && principal.kind !== 'service' && principal.arn.includes(who),
  )
  return change === undefined ? verdict : change[2](verdict)
})

const KINDS: readonly (readonly [RegExp, MapNode['kind']])[] = [
  [/:role\//, 'role'],
  [/:user\//, 'user'],
  [/^arn:aws:kms:/, 'key'],
  [/^arn:aws:s3:/, 'bucket'],
  [/^arn:aws:codecommit:/, 'repository'],
  [/^arn:aws:codepipeline:/, 'pipeline'],
  [/^arn:aws:lambda:/, 'function'],
  [/^arn:aws:states:/, 'machine'],
]

const node = (arn: string): MapNode => ({
  arn,
  account: accountOf(arn),
  kind: KINDS.find(([pattern]) => pattern.test(arn))?.[1] ?? 'resource',
  name: nameIn(arn),
})

const arns = new Set(
  NEEDS.flatMap(({ access: { principal, resource } }) => [
    ...(principal.kind === 'service' ? [] : [principal.arn]),
    ownerOf(resource),
  ]),
)

export const churnReport: Report = {
  subject: {
    name: 'churn',
    needsFrom: 'definition',
    templates: Object.values(FILES),
    accounts: [A, B, C].map(id => ({ id, label: LABELS[id] ?? id })),
    nodes: [...arns, DEPLOY_FUNCTION].map(node),
    counts: { principals: 9, policies: 17, statements: 58, needs: verdicts.length },
  },
  findings: [
    {
      code: 'unknown-action',
      severity: 'error',
      message: 'kms:ReEncrypt is no action of KMS',
      consequence: 'the statement allows nothing',
      cure: 'write kms:ReEncryptFrom and kms:ReEncryptTo',
      page: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html',
      place: place(A, 44, 'Resources.Key.Properties.KeyPolicy.Statement.2.Action'),
    },
    {
      code: 'unresolved-parameter',
      severity: 'warning',
      message: 'the parameter Alarm has no value',
      consequence: 'what refers to it is not known: <Alarm>',
      cure: 'give it one: --parameter Alarm=VALUE',
      place: place(C, 3, 'Parameters.Alarm'),
    },
    {
      code: 'assumed-account',
      severity: 'note',
      message: 'nothing says which account extra.yaml is deployed in; 999999999901 was made up for it',
      cure: 'say which: --account extra.yaml=123456789012',
    },
  ],
  needed: verdicts,
  guards: [
    {
      guard: {
        id: 'DenyPlainHttp',
        owner: BUCKET,
        action: 's3:*',
        resources: [BUCKET, `${BUCKET}/*`],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        because: 'nothing travels in the clear',
        page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html',
      },
      verdict: 'held',
      statements: [
        quoted(
          'resource',
          BUCKET,
          0,
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [BUCKET, `${BUCKET}/*`],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          'DenyPlainHttp',
        ),
      ],
    },
    {
      guard: {
        id: 'DenyNoKey',
        owner: BUCKET,
        action: 's3:PutObject',
        resources: [`${BUCKET}/*`],
        conditions: {
          Null: {
            's3:x-amz-server-side-encryption': 'false',
            's3:x-amz-server-side-encryption-aws-kms-key-id': 'true',
          },
        },
        because: 'an object never lies under the writer’s own key',
        page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
      },
      verdict: 'open',
      harm: 'effective',
      statements: [],
      why: 'no statement of the bucket policy denies it',
      witness: {
        principal: PUBLISHER,
        action: 's3:PutObject',
        resource: `${BUCKET}/data/x`,
        context: { 's3:x-amz-server-side-encryption': 'aws:kms' },
      },
    },
  ],
  unscoped: [],
  excess: [
    {
      statement: quoted(
        'key',
        KEY,
        3,
        { ...allowFrom(DEPLOYER, 'kms:Decrypt'), Action: ['kms:Decrypt', 'kms:Encrypt'] },
        'Deployer',
      ),
      kind: 'action',
      what: ['kms:Encrypt'],
      witness: { principal: DEPLOYER, action: 'kms:Encrypt', resource: KEY, context: {} },
      harm: 'effective',
      why: 'nothing needs kms:Encrypt',
      smaller: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...allowFrom(DEPLOYER, 'kms:Decrypt'), Sid: 'Deployer' }],
      }),
    },
    {
      statement: quoted('identity', TRAINING, 4, allow('s3:*', `${BUCKET}/*`)),
      kind: 'resource',
      what: [`${BUCKET}/*`],
      witness: { principal: TRAINING, action: 's3:DeleteObject', resource: `${BUCKET}/data/train.csv`, context: {} },
      harm: 'latent',
      why: `nothing needs ${BUCKET}/*: what is needed is narrower`,
      smaller: JSON.stringify({ Version: '2012-10-17', Statement: [allow('s3:GetObject', `${BUCKET}/data/*`)] }),
    },
    {
      statement: quoted('identity', PIPELINE, 1, allow('codecommit:GetBranch', REPOSITORY)),
      kind: 'repeated',
      what: ['codecommit:GetBranch'],
      harm: 'latent',
      why: 'codecommit:GetBranch is said elsewhere too',
      smaller: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
    },
  ],
  reach: [
    {
      resource: BUCKET,
      who: `arn:aws:iam::444455556666:root`,
      kind: 'outside',
      actions: ['s3:GetObject', 's3:ListBucket'],
      condition: { StringLike: { 'aws:PrincipalTag/team': ['ml-*'] } },
      verdict: 'reachable',
      statements: [
        quoted('resource', BUCKET, 5, {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::444455556666:root' },
          Action: ['s3:GetObject', 's3:ListBucket'],
          Resource: [BUCKET, `${BUCKET}/*`],
          Condition: { StringLike: { 'aws:PrincipalTag/team': 'ml-*' } },
        }),
      ],
      witness: {
        principal: 'arn:aws:iam::444455556666:role/anybody',
        action: 's3:GetObject',
        resource: `${BUCKET}/models/m`,
        context: { 'aws:PrincipalTag/team': 'ml-a' },
      },
      consequence: 'somebody in an account that nobody declared can read the models',
      cure: 'take the statement away',
    },
  ],
  paths: [
    {
      from: DEPLOYER,
      to: STACK_ACTION,
      accounts: [C, A, B],
      steps: [
        {
          from: DEPLOYER,
          to: PIPELINE,
          by: 'assume-role',
          words: 'can assume it: its trust policy names it, and the identity policy allows sts:AssumeRole',
          statements: [
            quoted('identity', DEPLOYER, 6, allow('sts:AssumeRole', PIPELINE)),
            quoted('trust', PIPELINE, 1, allowFrom(DEPLOYER, 'sts:AssumeRole')),
          ],
          needed: false,
        },
        {
          from: PIPELINE,
          to: STACK_ACTION,
          by: 'assume-role',
          words: 'can assume it: its trust policy names it, and the identity policy allows sts:AssumeRole',
          statements: [
            quoted('identity', PIPELINE, 2, allow('sts:AssumeRole', STACK_ACTION)),
            quoted('trust', STACK_ACTION, 0, allowFrom(PIPELINE, 'sts:AssumeRole')),
          ],
          needed: true,
        },
      ],
      consequence: 'who takes over the deployer in production replaces the training workflow',
      cure: `take ${nameIn(DEPLOYER)} out of the trust policy of ${nameIn(PIPELINE)}`,
    },
  ],
  trusted: [
    {
      who: `arn:aws:iam::${A}:root`,
      account: A,
      may: ['kms:PutKeyPolicy', 'kms:CreateGrant'],
      on: KEY,
      why: 'the key policy leaves administration to the account: whoever an identity policy of it gives kms:PutKeyPolicy',
    },
    {
      who: role(B, 'churn-train-cloudformation-us-east-1'),
      account: B,
      may: ['iam:PassRole', 'states:UpdateStateMachine'],
      on: MACHINE,
      why: 'CloudFormation changes the workflow with it',
    },
  ],
  proof: {
    milliseconds: 184,
    questions: 131,
    atoms: 2210,
    cubes: 5804,
    undecided: [
      {
        question: `${NEEDS.find(({ access }) => access.action === 'iam:PassRole')?.access.id} (identity)`,
        why: 'more than 100,000 combinations of conditions',
      },
    ],
    approximations: ['aws:SourceIp of SageMaker is taken as any address'],
  },
}

/** As it should be: everything needed is allowed, and nothing else. */
export const cleanReport: Report = {
  ...churnReport,
  findings: [],
  needed: NEEDS,
  guards: churnReport.guards.slice(0, 1),
  excess: [],
  reach: [],
  paths: [],
  proof: { ...churnReport.proof, undecided: [], approximations: [] },
}

/** The same, with other words in place of every “churn”: names come from files that anybody may have written. */
export const renamed = (name: string): Report =>
  JSON.parse(JSON.stringify(churnReport), (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('churn', name) : value,
  ) as Report
