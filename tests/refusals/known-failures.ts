interface Shown {
  /** Of the one test that provokes it. */
  title: string
  /** Where AWS's words were read. */
  read: string
}

interface Excused {
  /** Why a twin does not show it. */
  excused: string
}

const issue = (path: string) => `https://github.com/${path}`

const failure = {
  'cross-account-pass-role': {
    title:
      "a CloudFormation action's role in another account than its own is a cross-account pass role, whatever policies say",
    read: issue('adcreare/cloudformation/issues/3'),
  },
  'action-role-not-assumable': {
    title: 'a pipeline is not made or changed while its service role cannot take the role of every action',
    read: issue('hashicorp/terraform-provider-aws/issues/13103'),
  },
  'invalid-principal': {
    title: 'a bucket, key or trust policy cannot name a role that does not exist yet',
    read: issue('aws-samples/aws-iam-access-key-auto-rotation/issues/26'),
  },
  'dead-principal': {
    title: 'a role that was deleted and made anew is not the one that a policy names: its dead id shows',
    read: issue('cloud-custodian/cloud-custodian/issues/9879'),
  },
  'policy-on-foreign-role': {
    title: "a stack cannot attach a policy to another account's role, and ours never try",
    read: issue('aws-samples/aws-cross-account-cicd-pipeline/issues/37'),
  },
  'artifact-not-readable': {
    title:
      'an action whose role has no permission of its own on the artifact bucket stops with insufficient permissions',
    read: issue('awslabs/aws-refarch-cross-account-pipeline/issues/1'),
  },
  'bucket-not-listable': {
    title: 'a source action stops while the service role may not list the artifact bucket',
    read: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html',
  },
  'artifact-under-managed-key': {
    title: "without a key of its own, a pipeline's artifacts lie under aws/s3, which no other account may use",
    read: issue('awslabs/aws-refarch-cross-account-pipeline/issues/5'),
  },
  'pipeline-without-key': {
    title: 'a pipeline across accounts always names its key by ARN, for which CDK has to be asked',
    read: issue('aws/aws-cdk/issues/10846'),
  },
  'unknown-ciphertext-key': {
    title: "a ciphertext of another account's key refers to a key that does not exist, is elsewhere, or is not allowed",
    read: issue('metaps/genova/issues/375'),
  },
  'function-code-not-readable': {
    title: "a function's code in another account's bucket is read by the stack's role, which S3 refuses",
    read: issue('aws-samples/aws-bookstore-demo-app/issues/29'),
  },
  'managed-rule': {
    title: 'a state machine that waits for a training job is not made unless its role may make the managed rule',
    read: issue('aws-samples/amazon-sagemaker-safe-deployment-pipeline/issues/29'),
  },
  'job-not-taggable': {
    title: 'a training job that Step Functions waits for is tagged, and its role needs AddTags for it',
    read: issue('aws/aws-cdk/issues/32294'),
  },
  'execution-not-describable': {
    title: 'DescribeExecution is about the execution: granted on the state machine, it does not help',
    read: issue('aws/aws-cdk/issues/11688'),
  },
  'result-with-artifact-credentials': {
    title: 'a function that reports with artifactCredentials reports as the action role, which may not',
    read: issue('aws/aws-cdk/issues/15235'),
  },
  'no-result': {
    title: 'a function that never reports fails its action after twenty minutes',
    read: issue('aws-samples/aws-serverless-workshops/issues/224'),
  },
  'input-not-readable-in-function': {
    title: 'artifactCredentials read no artifact that the action role may not read',
    read: issue('aws/aws-cdk/issues/3274'),
  },
  'model-data-not-accessible': {
    title: "a model is not made while its role cannot be taken, or cannot read the model's data",
    read: issue('philschmid/llm-sagemaker-sample/issues/2'),
  },
  'output-not-encryptable': {
    title: 'a training role with Encrypt alone fails at the end, when the model is uploaded',
    read: issue('aws/aws-cdk/issues/12810'),
  },
  'encryption-header-enforced': {
    title: "a bucket policy that asks for an encryption header is not satisfied by the bucket's default",
    read: issue('home-assistant/core/issues/145951'),
  },
  'image-not-pullable': {
    title:
      "an endpoint whose image lies in another account's repository fails unless that repository lets the role pull",
    read: issue('aws/sagemaker-python-sdk/issues/2002'),
  },
  'service-quota': {
    excused:
      'Quotas are numbers of an account that AWS sets and publishes nowhere for a new one; the twin records instance types and has no quotas.',
  },
  'name-taken': {
    title: 'a second deployment under the same names cannot create what a half-done one left',
    read: issue('astronomer/astronomer-providers/issues/1055'),
  },
  'endpoint-outlives-function': {
    title: 'a function that waits for its endpoint is timed out, and none may wait for more than fifteen minutes',
    read: issue('amazon-archives/cloudformation-validation-pipeline/issues/3'),
  },
  'circular-dependency': {
    title: 'a key whose policy names a role whose policy names the key is a circular dependency',
    read: issue('aws/aws-cdk/issues/3067'),
  },
  'role-policies-too-long': {
    title: "a role's policies may have 10240 characters together",
    read: issue('aws/aws-cdk/issues/4465'),
  },
  'bucket-left-behind': {
    title: 'a stack does not delete a bucket that holds something, and the next one finds it in its way',
    read: issue('aws-samples/iam-identity-center-team/issues/157'),
  },
  'acls-disabled': {
    title: 'a bucket has no access control lists unless it asks for them',
    read: issue('awslabs/game-analytics-pipeline/issues/8'),
  },
  'repositories-closed': {
    excused:
      "Whether CodeCommit lets an account make its first repository depends on the account's history with AWS, which accounts of a twin do not have: theirs are open.",
  },
  'artifact-replication': {
    excused:
      'Artifacts are replicated for actions in another Region; the twin refuses such an action by name (NotImplemented) when the pipeline is created.',
  },
  'stack-set-roles': {
    excused: 'StackSets are not there: the twin refuses every operation of theirs by name (NotImplemented).',
  },
} satisfies Record<string, Shown | Excused>

export type Known = keyof typeof failure

/** Every failure of cross-account pipelines that people are known to have met on AWS. */
export const failures: Readonly<Record<Known, Shown | Excused>> = failure
