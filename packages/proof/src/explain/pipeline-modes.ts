import { namesOf } from '@tripoint/pipeline'
import { docs, issues, type Mode } from './mode.ts'

/** What a pipeline meets: its roles, its artifacts, the functions that it invokes. */
export const PIPELINE_MODES: readonly Mode[] = [
  {
    id: 'cross-account-pass-role',
    number: 'F1',
    title: 'a role was handed to a service in another account than its own',
    says: ['Cross-account pass role is not allowed'],
    cause:
      "a call hands over a role of another account than the call is made in; in a pipeline, the CloudFormation action's configuration names a RoleArn of the target account, and the action has no roleArn of that account, so it runs as the pipeline's own role",
    sides: ['rule'],
    cure: "give the action a roleArn in the same account as the RoleArn of its configuration: no policy can allow this; where you call yourself, use the target account's credentials",
    pages: docs(
      'codepipeline/latest/userguide/action-reference-CloudFormation.html',
      'IAM/latest/UserGuide/id_roles_use_passrole.html',
    ),
    met: issues(
      'adcreare/cloudformation/issues/3',
      'awsdocs/aws-codepipeline-user-guide/pull/50',
      'aws/aws-cdk/issues/28122',
    ),
    actions: ['iam:PassRole'],
    here: line =>
      `each of these is handed over within one account: compare the deployed pipeline's roleArn and RoleArn with those of \`tripoint synth\`, which writes the pipeline of ${line.name}`,
  },
  {
    id: 'action-role-not-assumable',
    number: 'F2',
    title: "the pipeline's service role cannot take the role of an action",
    says: ['is not authorized to perform AssumeRole on role', 'is not authorized to perform AssumeRole on action role'],
    cause:
      "CodePipeline takes each action's role when a pipeline is created or changed: the service role has no sts:AssumeRole on it, or the action's role does not exist, does not trust the pipeline's account, or is too new to be known everywhere",
    sides: ['identity', 'trust'],
    cure: "deploy the stacks of the other accounts first; name the action's role exactly in the service role's policy, and the service role in its trust policy; then try again after some seconds",
    pages: docs('codepipeline/latest/userguide/pipelines-create-cross-account.html'),
    met: issues(
      'hashicorp/terraform-provider-aws/issues/13103',
      'aws/aws-cdk/issues/14484',
      'hashicorp/terraform/issues/19264',
    ),
    actions: ['sts:AssumeRole'],
  },
  {
    id: 'artifact-not-readable',
    number: 'F6',
    title: 'an action may not read or write its artifact',
    says: [
      'have the permissions required to access the Amazon S3 bucket named',
      'The provided role does not have permissions to perform this action. Underlying error: Access Denied (Service: Amazon S3',
    ],
    hints: ['Insufficient permissions', 'Access Denied (Service: Amazon S3; Status Code: 403'],
    cause:
      "the action's role has no S3 or KMS permission of its own, or the bucket policy or the key policy of the pipeline's account does not let it in: across accounts each of the four has to say it",
    sides: ['identity', 'resource', 'key'],
    cure: "allow s3:GetObject, s3:GetObjectVersion and kms:Decrypt (to write: s3:PutObject and kms:GenerateDataKey) in the role's policy and in the bucket's and the key's",
    pages: docs(
      'codepipeline/latest/userguide/pipelines-create-cross-account.html',
      'codepipeline/latest/userguide/troubleshooting.html',
    ),
    met: issues(
      'awslabs/aws-refarch-cross-account-pipeline/issues/1',
      'awslabs/aws-refarch-cross-account-pipeline/issues/12',
      'aws/aws-cdk/issues/10166',
    ),
    actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'],
  },
  {
    id: 'bucket-not-listable',
    number: 'F7',
    title: "the pipeline's service role may not look at the artifact bucket",
    says: ['is getting S3 access denied for the S3 bucket'],
    cause:
      'a source action checks that the bucket is there before it writes, for which the service role lacks s3:ListBucket',
    sides: ['identity'],
    cure: 'allow s3:ListBucket, s3:GetBucketLocation, s3:GetBucketAcl and s3:GetBucketVersioning on the bucket (not on its objects) to the service role',
    pages: docs(
      'codepipeline/latest/userguide/troubleshooting.html',
      'codepipeline/latest/userguide/how-to-custom-role.html',
    ),
    actions: ['s3:ListBucket', 's3:GetBucketLocation', 's3:GetBucketAcl', 's3:GetBucketVersioning'],
  },
  {
    id: 'artifact-under-managed-key',
    number: 'F8',
    title: 'an artifact lies under the aws/s3 key of the account that wrote it',
    says: ['Access Denied … for primary source and source version'],
    hints: ['Access Denied (Service: Amazon S3; Status Code: 403', 'calling the GetObject operation: Access Denied'],
    unless: ['calling the PutObject operation', 'artifactCredentials'],
    cause:
      'another action wrote the artifact without a key of its own, so it lies under the aws/s3 key of its account, which no other account can ever be allowed to use; CodeBuild does so when its project names no encryption key',
    sides: ['rule'],
    cure: "name the customer managed key by its ARN, in the pipeline's artifactStore.encryptionKey and in each CodeBuild project, deny other keys in the bucket policy, and run the pipeline again so that the artifact is written anew",
    pages: docs(
      'codepipeline/latest/userguide/pipelines-create-cross-account.html',
      'AmazonS3/latest/userguide/UsingKMSEncryption.html',
    ),
    met: issues(
      'awslabs/aws-refarch-cross-account-pipeline/issues/5',
      'awslabs/aws-refarch-cross-account-pipeline/issues/8',
      'aws/aws-cdk/issues/4033',
    ),
    actions: ['s3:GetObject', 's3:GetObjectVersion', 'kms:Decrypt'],
  },
  {
    id: 'result-with-artifact-credentials',
    number: 'F15',
    title: 'a function reports its result with credentials that may not',
    says: [
      'AccessDenied … when calling the PutJobSuccessResult operation',
      'AccessDenied … when calling the PutJobFailureResult operation',
      'is not authorized to perform: codepipeline:PutJobSuccessResult',
      'is not authorized to perform: codepipeline:PutJobFailureResult',
    ],
    grants: true,
    cause:
      "the function calls PutJobSuccessResult with the artifactCredentials of its event, which are those of the action's role, or with a role that has no permission for it; the action knows no resources, so a policy has to say *; in another account than the pipeline's the job is not known at all",
    sides: ['identity'],
    cure: "call it as the function's own role, or with a role of the pipeline's account that the function takes for that, and allow codepipeline:PutJobSuccessResult and codepipeline:PutJobFailureResult on * there",
    pages: docs(
      'codepipeline/latest/userguide/actions-invoke-lambda-function.html',
      'service-authorization/latest/reference/list_awscodepipeline.html',
    ),
    met: issues('aws/aws-cdk/issues/15235', 'aws/aws-cdk/issues/42', 'aws/serverless-application-model/pull/548'),
    actions: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult', 'sts:AssumeRole'],
  },
  {
    id: 'no-result',
    number: 'F16',
    title: 'a function never said how it ended',
    says: [
      'failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action',
    ],
    cause:
      "the function threw, ran out of time, or was not allowed to report before it called PutJobSuccessResult or PutJobFailureResult, and CodePipeline stopped waiting after twenty minutes; the function's log tells which",
    sides: ['identity', 'rule'],
    cure: 'report in every case, also when something throws; for what takes longer than the function lives, answer with a continuation token and go on in the next call',
    pages: docs('codepipeline/latest/userguide/actions-invoke-lambda-function.html'),
    met: issues(
      'aws-samples/aws-serverless-workshops/issues/224',
      'amazon-archives/cloudformation-validation-pipeline/issues/3',
    ),
    actions: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult', 'lambda:InvokeFunction'],
  },
  {
    id: 'input-not-readable-in-function',
    number: 'F17',
    title: 'a function cannot read its input artifact',
    says: [
      'artifactCredentials … AccessDenied',
      'artifactCredentials … Access Denied',
      'AccessDenied … artifactCredentials',
      'Access Denied … artifactCredentials',
    ],
    hints: ['/var/task/ … when calling the GetObject operation: Access Denied', 'AccessDenied: Access Denied'],
    unless: ['PutJobSuccessResult operation', 'perform: codepipeline:Put'],
    cause:
      "the artifactCredentials that a function is given have the rights of the action's role, which may invoke the function and nothing else",
    sides: ['identity', 'resource', 'key'],
    cure: "allow the action's role, not the function's, to read the artifact: s3:GetObject and kms:Decrypt, and both in the bucket's and the key's policy too where the account is another",
    pages: docs('codepipeline/latest/userguide/actions-invoke-lambda-function.html'),
    met: issues('aws/aws-cdk/issues/3274', 'aws/aws-cdk/pull/3303'),
    actions: ['s3:GetObject', 'kms:Decrypt'],
  },
  {
    id: 'repositories-closed',
    number: 'F29',
    title: 'CodeCommit does not make the first repository of an account',
    says: ['CreateRepository request is not allowed because there is no existing repository'],
    cause: 'since July 2024 CodeCommit was open only to accounts and organizations that had a repository before',
    sides: ['rule'],
    cure: 'use an account or an organization that has one, ask AWS support, or take another source: an S3 object or a connection to a Git provider',
    pages: [
      'https://aws.amazon.com/blogs/devops/how-to-migrate-your-aws-codecommit-repository-to-another-git-provider/',
    ],
    met: issues(
      'aws-samples/automated-security-helper-pipeline/issues/2',
      'aws-containers/ecs-workshop-blue-green-deployments/issues/11',
    ),
    here: line => `account ${line.accounts.shared} would make the repository ${line.source.repository}`,
  },
  {
    id: 'artifact-replication',
    number: 'F30',
    title: "an artifact could not be copied to another Region's bucket",
    says: ['Replication of artifact … failed', 'Failed replicating artifact from'],
    cause:
      "the pipeline's service role may not use the key of one of the two buckets for what a copy needs: a key policy with Decrypt and DescribeKey alone lets it read and not write",
    sides: ['key', 'identity'],
    cure: "allow kms:Encrypt, kms:ReEncrypt* and kms:GenerateDataKey* beside kms:Decrypt to the service role, in the policies of both Regions' keys; name the keys by ARN of their own Region",
    pages: docs(
      'codepipeline/latest/userguide/actions-create-cross-region.html',
      'codepipeline/latest/userguide/pipelines-create-cross-account.html',
    ),
    met: issues('awslabs/aws-deployment-framework/issues/756'),
    here: line =>
      `${line.name} has one Region, ${line.region}, and one bucket, ${namesOf(line).bucket}: this pipeline copies no artifact`,
  },
]
