import type { DenySide, Facts } from './facts.ts'
import { type CureSide, docs, issues, type Mode } from './mode.ts'

const PAGE = docs('IAM/latest/UserGuide/troubleshoot_access-denied.html')

interface Words {
  readonly name: string
  readonly sides: readonly CureSide[]
  /** why nothing allows */
  readonly silent: string
  readonly allow: string
  /** why a Deny is there, and what to do */
  readonly denies: string
  readonly lift: string
}

/** What AWS names in "because no … allows" and in "with an explicit deny in a …". */
const DENIALS: Readonly<Record<DenySide, Words>> = {
  identity: {
    name: 'identity policy',
    sides: ['identity'],
    silent: "none of the caller's own policies allows the action on this resource",
    allow:
      'allow it in a policy of the role or user; where the resource is in another account, its policy has to allow it too, and AWS names only one of the two',
    denies: "a Deny in one of the caller's own policies: often one that asks for MFA, a network or a Region",
    lift: 'meet the condition of the Deny, or change it: no Allow wins over it',
  },
  resource: {
    name: 'resource policy',
    sides: ['resource'],
    silent:
      'the policy of the resource (a key, a bucket, a function, a repository) does not let the caller in; of a key it has the last word, in its own account too',
    allow:
      "allow the caller in the resource's policy, in the account that owns it; across accounts the caller's own policy has to allow it too",
    denies: "a Deny in the resource's policy: of a bucket often one about encryption headers, TLS or a network",
    lift: 'send the request as the policy asks for it, or change the Deny: no Allow wins over it',
  },
  trust: {
    name: 'trust policy',
    sides: ['trust'],
    silent: 'the trust policy of the role does not let the caller take it',
    allow:
      "allow sts:AssumeRole for the caller in the role's trust policy; across accounts the caller's own policy has to allow it too",
    denies: "a Deny in the role's trust policy",
    lift: 'meet the condition of the Deny, or change it',
  },
  boundary: {
    name: 'permissions boundary',
    sides: ['boundary'],
    silent:
      'the role or user has a permissions boundary that does not contain the action: what its policies allow beyond it has no effect',
    allow: 'add the action to the boundary, which its administrators own, or make the role without one',
    denies: "a Deny in the caller's permissions boundary",
    lift: 'ask who owns the boundary to change it',
  },
  session: {
    name: 'session policy',
    sides: ['session'],
    silent:
      'the session was made with a policy that does not contain the action: AssumeRole was given one, or a federated sign-in brings it',
    allow: 'take the role without a session policy, or with one that contains the action',
    denies: 'a Deny in the policy that the session was made with',
    lift: 'take the role without it',
  },
  scp: {
    name: 'service control policy',
    sides: ['scp'],
    silent:
      "a service control policy of the organization, at some level above the caller's account, does not contain the action",
    allow:
      "ask the organization's administrators to allow it at every level above the account; nothing inside the account can",
    denies:
      "a service control policy of the organization denies it to the caller's account: often a Region, a service or an instance type",
    lift: "ask the organization's administrators to except this role, or stay within the policy; nothing inside the account can",
  },
  rcp: {
    name: 'resource control policy',
    sides: ['rcp'],
    silent: 'a resource control policy of the organization that owns the resource does not contain the action',
    allow: "ask the administrators of the resource's organization to allow it",
    denies:
      "a resource control policy over the resource's account denies it: often to principals outside of the organization, or without an encryption header",
    lift: "ask the administrators of the resource's organization to except it, or send the request as it asks for",
  },
  endpoint: {
    name: 'VPC endpoint policy',
    sides: ['endpoint'],
    silent: 'the call went through a VPC endpoint whose policy does not contain the action, the caller or the resource',
    allow: "add it to the endpoint's policy, in the account of the VPC",
    denies: 'a Deny in the policy of the VPC endpoint that the call went through',
    lift: "change the endpoint's policy, in the account of the VPC",
  },
}

const refused = (kind: 'explicit' | 'implicit', side: DenySide) => (facts: Facts) =>
  facts.deny?.kind === kind && facts.deny.side === side

/** The sentences of IAM, by which policy they name. */
export const DENIAL_MODES: readonly Mode[] = Object.entries(DENIALS).flatMap(([key, words]) => {
  const side = key as DenySide
  const { name, sides, silent, allow, denies, lift } = words
  const id = name.toLowerCase().replaceAll(' ', '-')
  return [
    {
      id: `no-${id}-allows`,
      title: `no ${name} allows it`,
      when: refused('implicit', side),
      cause: silent,
      sides,
      cure: allow,
      pages: PAGE,
    },
    {
      id: `${id}-denies`,
      title: `a ${name} denies it`,
      when: refused('explicit', side),
      cause: denies,
      sides,
      cure: lift,
      pages: PAGE,
    },
  ]
})

const isAction = (action: string) => (facts: Facts) => facts.action?.toLowerCase() === action

/** What IAM, S3, KMS, STS and the services that take roles say, where it is none of the known ways. */
export const GENERAL_MODES: readonly Mode[] = [
  {
    id: 'assume-role-denied',
    title: 'a role may not be assumed',
    when: facts => facts.deny === undefined && isAction('sts:assumerole')(facts),
    hints: ['when calling the AssumeRole operation', 'is not authorized to perform: sts:AssumeRole'],
    grants: true,
    cause:
      "STS does not say which side refuses: the caller's own policy lacks sts:AssumeRole on the role, the role's trust policy does not name the caller or asks for a condition (an external id, a source account) that is not met, or the role is not there",
    sides: ['identity', 'trust'],
    cure: "allow sts:AssumeRole on the role's exact ARN to the caller, and the caller in the role's trust policy, in the role's account; account roots cannot take roles",
    pages: docs('IAM/latest/UserGuide/troubleshoot_roles.html', 'STS/latest/APIReference/API_AssumeRole.html'),
    met: issues('aws/karpenter-provider-aws/issues/4680'),
    actions: ['sts:AssumeRole'],
  },
  {
    id: 'pass-role-denied',
    title: 'a role may not be handed to a service',
    when: isAction('iam:passrole'),
    grants: true,
    cause:
      'who makes something that runs as a role (a stack, a state machine, a job, a function) has to be allowed to hand that role over, beside the call itself',
    sides: ['pass-role'],
    cure: "allow iam:PassRole on the role's ARN to the caller, with iam:PassedToService for the service that gets it; both are in the same account",
    pages: docs('IAM/latest/UserGuide/id_roles_use_passrole.html'),
    met: issues('aws/amazon-sagemaker-feedback/issues/61'),
    actions: ['iam:PassRole'],
  },
  {
    id: 'stack-role-not-assumable',
    title: "CloudFormation cannot take the stack's role",
    says: ['is invalid or cannot be assumed'],
    cause:
      'the role is not there, does not trust cloudformation.amazonaws.com, or was just made; a stack that was made with a role that is gone cannot be deleted without one either',
    sides: ['trust'],
    cure: 'let the role trust cloudformation.amazonaws.com, and try again after some seconds; for a stack whose role is gone, make one of the same name or pass another to the deletion',
    pages: docs('AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html'),
    met: issues('awslabs/aws-service-catalog-puppet/issues/568', 'hashicorp/terraform-provider-aws/issues/22834'),
    actions: ['sts:AssumeRole'],
  },
  {
    id: 'states-role-not-assumable',
    title: "Step Functions cannot take the state machine's role",
    says: [
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role',
      'states.amazonaws.com is not authorized to assume the provided role',
    ],
    cause:
      'the role is not there, does not trust states.amazonaws.com (or trusts that of another Region), or was just made',
    sides: ['trust'],
    cure: 'let the role trust states.amazonaws.com, and try again after some seconds',
    pages: docs('step-functions/latest/dg/procedure-create-iam-role.html'),
    met: issues('lumigo-io/lumigo-CLI/issues/83'),
    actions: ['sts:AssumeRole'],
  },
  {
    id: 'function-role-not-assumable',
    title: "Lambda cannot take the function's role",
    says: ['The role defined for the function cannot be assumed by Lambda'],
    cause: 'the role does not trust lambda.amazonaws.com, or was made some seconds ago and is not known everywhere yet',
    sides: ['trust'],
    cure: 'let the role trust lambda.amazonaws.com, and try again after some seconds',
    pages: docs('lambda/latest/dg/lambda-intro-execution-role.html'),
    met: issues('pdomala/LambdaCDDemo/issues/1', 'nficano/python-lambda/issues/28'),
    actions: ['sts:AssumeRole'],
  },
  {
    id: 'sagemaker-role-not-assumable',
    title: "SageMaker cannot take the job's or the model's role",
    says: [
      'SageMaker was unable to assume the role',
      'SageMaker is unable to perform: sts:AssumeRole on the role',
      'ClientError: Could not assume role',
    ],
    cause: 'the role is not there, does not trust sagemaker.amazonaws.com, or was just made',
    sides: ['trust'],
    cure: 'let the role trust sagemaker.amazonaws.com, and try again after some seconds',
    pages: docs('sagemaker/latest/dg/sagemaker-roles.html'),
    met: issues('aws/sagemaker-python-sdk/issues/35', 'astronomer/docs/pull/1695'),
    actions: ['sts:AssumeRole'],
  },
  {
    id: 'training-data-not-readable',
    title: 'a training job cannot read its data',
    says: ['Data download failed:'],
    unless: ['Data download failed: … route table', 'Data download failed: … illegal char'],
    cause:
      "the training role lacks s3:ListBucket, s3:GetObject or kms:Decrypt, or the bucket's or the key's policy of the other account does not let it in; or nothing lies under the prefix",
    sides: ['identity', 'resource', 'key'],
    cure: "allow s3:ListBucket on the bucket, s3:GetObject on the data and kms:Decrypt on the key to the training role, in its own policy and in the bucket's and the key's",
    pages: docs('sagemaker/latest/dg/sagemaker-roles.html'),
    actions: ['s3:ListBucket', 's3:GetObject', 'kms:Decrypt'],
  },
  {
    id: 'alias-elsewhere',
    title: "a key's alias is not known in the caller's account",
    says: ['Alias arn:aws … is not found'],
    cause: 'an alias is looked up in the account and Region of the caller, whoever owns the key that was meant',
    sides: ['rule'],
    cure: 'name the key by its ARN, arn:aws:kms:REGION:ACCOUNT:key/ID',
    pages: docs('kms/latest/developerguide/alias-about.html'),
  },
  {
    id: 'key-not-found',
    title: 'a key is not found where it is looked for',
    says: ["Key 'arn:aws … does not exist", 'KMS.NotFoundException'],
    cause:
      'the ARN has the account or the Region of the caller instead of the key’s, or the key was deleted: a bare key id is looked up in the caller’s account',
    sides: ['rule'],
    cure: 'name the key by the whole ARN of the account and Region that own it',
    pages: docs('kms/latest/developerguide/find-cmk-id-arn.html'),
    met: issues('aws/aws-cdk/issues/4306'),
  },
  {
    id: 'insufficient-permissions',
    title: 'an action of a pipeline lacks a permission',
    says: ['do not have sufficient permissions to call', 'Insufficient permissions Unable to access'],
    hints: ['Insufficient permissions'],
    cause:
      "the action's role (without one, the pipeline's service role) may not do what the action does, or the role of another account was meant",
    sides: ['identity'],
    cure: "allow it to the action's role; where the action works in another account, give it a roleArn there",
    pages: docs('codepipeline/latest/userguide/troubleshooting.html'),
    met: issues('awslabs/aws-deployment-framework/issues/202'),
  },
  {
    id: 's3-access-denied',
    title: 'S3 refuses, and does not say why',
    says: [
      'Access Denied (Service: Amazon S3',
      'Access Denied (Service: S3',
      'operation: Access Denied',
      'AccessDenied: Access Denied',
      '<Code>AccessDenied</Code> … <Message>Access Denied',
    ],
    grants: true,
    cause:
      "across accounts S3 tells no reason: the caller's own policy, the bucket policy, or the key of the object does not let it; or a Deny about encryption headers, TLS or a network does; or the object is not there and the caller may not list the bucket",
    sides: ['identity', 'resource', 'key'],
    cure: "look at the four in turn: the role's S3 and KMS permissions, the bucket policy, the key policy; CloudTrail of the bucket's account has the event",
    pages: docs('AmazonS3/latest/userguide/troubleshoot-403-errors.html'),
    met: issues('adcreare/cloudformation/issues/4', 'aws/aws-cli/issues/813'),
    actions: ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 'kms:Decrypt', 'kms:GenerateDataKey'],
  },
  {
    id: 'encoded-denial',
    title: 'AWS says why only in an encoded message',
    when: ({ deny }) => deny?.kind === 'encoded',
    cause: 'the message holds principal, action, resource and the statements that matched, for who may decode it',
    sides: ['identity'],
    cure: 'aws sts decode-authorization-message --encoded-message MESSAGE, as somebody with sts:DecodeAuthorizationMessage, and paste its answer here',
    pages: docs('STS/latest/APIReference/API_DecodeAuthorizationMessage.html'),
    met: issues('hashicorp/terraform-provider-aws/issues/29710'),
  },
  {
    id: 'explicitly-denied',
    title: 'a Deny refuses, and AWS does not say where it is',
    when: ({ deny }) => deny?.kind === 'explicit' && deny.side === undefined,
    cause:
      "a statement with Effect Deny matches: in the caller's policies, the resource's, a boundary, a session policy or one of the organization; often it asks for MFA",
    sides: ['identity', 'resource', 'boundary', 'session', 'scp'],
    cure: 'no Allow helps: find the Deny, in the account first, then with the organization’s administrators',
    pages: PAGE,
    met: issues('aws/aws-cli/issues/5592', 'aws-samples/aws-modern-application-workshop/issues/253'),
  },
  {
    id: 'not-authorized',
    title: 'something is not allowed, and AWS does not say on which side',
    says: ['not authorized to perform'],
    grants: true,
    cause: "no policy allows it: across accounts the caller's own policy and the resource's have both to say it",
    sides: ['identity', 'resource'],
    cure: "allow it in the caller's own policy, and in the resource's where that is in another account",
    pages: PAGE,
  },
]
