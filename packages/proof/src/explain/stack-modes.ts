import { namesOf } from '@tripoint/pipeline'
import { docs, issues, type Mode } from './mode.ts'

/** What stacks meet on their way, and CDK before them. */
export const STACK_MODES: readonly Mode[] = [
  {
    id: 'policy-on-foreign-role',
    number: 'F5',
    title: "a stack attaches a policy to another account's role",
    says: ['The role with name … cannot be found'],
    cause:
      "IAM looks the role up in the stack's own account; CDK writes an AWS::IAM::Policy for a role that was imported by ARN from another account, where it cannot be attached",
    sides: ['rule'],
    cure: "import it as Role.fromRoleArn(…, { mutable: false }) and write its policy in a stack of its own account; where the role is this account's, make it before the policy",
    pages: docs(
      'cdk/api/v2/docs/aws-cdk-lib.aws_iam.Role.html',
      'AWSCloudFormation/latest/UserGuide/aws-resource-iam-policy.html',
    ),
    met: issues(
      'aws-samples/aws-cross-account-cicd-pipeline/issues/37',
      'awslabs/aiops-modules/issues/60',
      'aws/aws-cdk/issues/29552',
    ),
  },
  {
    id: 'pipeline-without-key',
    number: 'F9',
    title: 'a CDK pipeline across accounts has no key of its own',
    says: ['Artifact Bucket must have a KMS Key to add cross-account action'],
    cause:
      'the artifact bucket of a CDK pipeline is encrypted with a managed key unless it is asked for another, and no other account can use a managed one',
    sides: ['rule'],
    cure: 'create the pipeline with crossAccountKeys: true, or pass a bucket whose encryptionKey is a customer managed key',
    pages: docs('cdk/api/v2/docs/aws-cdk-lib.aws_codepipeline-readme.html#cross-account-codepipelines'),
    met: issues('aws/aws-cdk/issues/10846', 'aws/aws-pdk/pull/201', 'aws/aws-cdk/issues/11965'),
  },
  {
    id: 'function-code-not-readable',
    number: 'F11',
    title: "a function's code cannot be read from its bucket",
    says: ['Your access has been denied by S3, please make sure your request credentials have permission to GetObject'],
    cause:
      "Lambda reads the code with the credentials of whoever makes the function, which in a stack is CloudFormation's service role: it needs S3 and KMS for code in the artifact bucket, although it does not for the template itself. A state machine's DefinitionS3Location is the same",
    sides: ['identity', 'resource', 'key'],
    cure: "allow s3:GetObject and kms:Decrypt to the stack's service role, in its own policy and in the bucket's and the key's; or write the code into the template",
    pages: docs(
      'AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html',
      'lambda/latest/api/API_FunctionCode.html',
    ),
    met: issues(
      'aws-samples/aws-bookstore-demo-app/issues/29',
      'aws/aws-cdk/issues/5183',
      'aws-samples/aws-cost-explorer-report/issues/28',
    ),
    actions: ['s3:GetObject'],
  },
  {
    id: 'circular-dependency',
    number: 'F25',
    title: 'two resources or stacks need each other first',
    says: ['would create a cyclic reference', 'Circular dependency between resources'],
    cause:
      "a key or bucket policy names a role by reference, and the role's policy names the key or bucket by reference",
    sides: ['rule'],
    cure: "refer in one direction only: spell the role's ARN from its name, or name the account and put the role's ARN into ArnEquals aws:PrincipalArn",
    pages: docs('AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-dependency-error'),
    met: issues('aws/aws-cdk/issues/3300', 'aws/aws-cdk/issues/24050', 'aws/aws-cdk/issues/26691'),
  },
  {
    id: 'bucket-left-behind',
    number: 'F27',
    title: 'a bucket was not deleted, or is in the way of a new one',
    says: [
      'The bucket you tried to delete is not empty',
      'Your previous request to create the named bucket succeeded and you already own it',
    ],
    hints: ['BucketNotEmpty', 'BucketAlreadyOwnedByYou'],
    cause:
      'CloudFormation does not delete a bucket that holds anything, versions and delete markers included; one that was retained keeps its name from the next stack',
    sides: ['rule'],
    cure: 'empty it with all versions and delete again; take the stacks down from the last to the first, in each account',
    pages: docs(
      'AmazonS3/latest/userguide/empty-bucket.html',
      'AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-delete-stack-fails',
    ),
    met: issues(
      'aws-samples/twelve-factor-app-ecs-blog/issues/4',
      'F5Networks/f5-aws-cloudformation/issues/95',
      'aws/aws-cdk/issues/10190',
    ),
    here: line =>
      `tripoint destroy empties ${namesOf(line).bucket} after asking, and takes the stacks down in the order in which it can be`,
  },
  {
    id: 'stack-set-roles',
    number: 'F31',
    title: 'the roles of a stack set are missing',
    says: [
      'should have … role with trust relationship to CloudFormation service',
      'should have … role with trust relationship to Role',
    ],
    cause:
      'a self-managed stack set takes an administration role in its own account and an execution role in each target account, and one of them is not there, does not trust the other, or was just made',
    sides: ['trust'],
    cure: 'make AWSCloudFormationStackSetAdministrationRole, which trusts cloudformation.amazonaws.com, and AWSCloudFormationStackSetExecutionRole, which trusts the administration account, and try again after some seconds',
    pages: docs('AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html'),
    met: issues('aws-samples/amazon-sagemaker-secure-mlops/issues/9'),
    here: line => `${line.name} uses no stack sets: each account has its own stack`,
  },
]
