import { docs, issues, type Mode } from './mode.ts'

const endpoints = (line: Parameters<NonNullable<Mode['here']>>[0]) =>
  line.stages.flatMap(stage => (stage.kind === 'deploy-endpoint' ? [stage] : []))

/** What training and serving meet. */
export const MODEL_MODES: readonly Mode[] = [
  {
    id: 'managed-rule',
    number: 'F12',
    title: "a state machine's role may not make the rule that it waits with",
    says: ['is not authorized to create managed-rule'],
    cause:
      "for a task with .sync Step Functions makes an EventBridge rule when the state machine is created, and tries it as the machine's role: it lacks events:PutRule, PutTargets and DescribeRule, or its policy is attached only after the machine was made",
    sides: ['identity'],
    cure: 'allow the three on rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule (each .sync integration has a name of its own), and let the state machine depend on the policy: DependsOn',
    pages: docs(
      'step-functions/latest/dg/connect-sagemaker.html',
      'step-functions/latest/dg/service-integration-iam-templates.html',
    ),
    met: issues(
      'aws-samples/amazon-sagemaker-safe-deployment-pipeline/issues/29',
      'nasa/cumulus/pull/2693',
      'terraform-aws-modules/terraform-aws-step-functions/issues/41',
    ),
    actions: ['events:PutRule', 'events:PutTargets', 'events:DescribeRule'],
  },
  {
    id: 'job-not-taggable',
    number: 'F13',
    title: 'a job of Step Functions may not be tagged',
    says: ['is not authorized to perform: sagemaker:AddTags'],
    grants: true,
    cause:
      'Step Functions tags each job that it waits for (.sync) with MANAGED_BY_AWS, which needs sagemaker:AddTags; the policy of its own documentation leaves it out',
    sides: ['identity'],
    cure: "allow sagemaker:AddTags on the jobs to the state machine's role",
    pages: docs('step-functions/latest/dg/connect-sagemaker.html'),
    met: issues('aws/aws-cdk/issues/32294', 'aws/aws-cdk/issues/26012'),
    actions: ['sagemaker:AddTags'],
  },
  {
    id: 'execution-not-describable',
    number: 'F14',
    title: 'an execution may not be described',
    says: [
      'not authorized to perform: states:DescribeExecution',
      'An API call to StepFunctions.describeExecution … returned a AccessDeniedException',
    ],
    grants: true,
    cause:
      "states:DescribeExecution is about the execution and not about the state machine: it was allowed on the machine's ARN, or on one with the account or Region of the pipeline",
    sides: ['identity'],
    cure: "allow it on arn:aws:states:REGION:ACCOUNT:execution:MACHINE:* with the state machine's account and Region",
    pages: docs(
      'codepipeline/latest/userguide/action-reference-StepFunctions.html',
      'service-authorization/latest/reference/list_awsstepfunctions.html',
    ),
    met: issues('aws/aws-cdk/issues/11688', 'aws/aws-cdk/issues/28957', 'aws/aws-cdk/pull/25850'),
    actions: ['states:DescribeExecution'],
  },
  {
    id: 'model-data-not-accessible',
    number: 'F18',
    title: "a model's data cannot be read when the model is made",
    says: ['Could not access model data at', 'Failed to download model data for container'],
    cause:
      "SageMaker takes the model's role and looks at the data: the role does not trust sagemaker.amazonaws.com, lacks s3:GetObject or kms:Decrypt, or is not let in by the bucket's or the key's policy of the other account; or the bucket is in another Region, or the policy was attached after the model was made",
    sides: ['identity', 'resource', 'key', 'trust'],
    cure: "allow s3:GetObject on the model and kms:Decrypt to the hosting role, in its own policy and in the bucket's and the key's; deploy from the bucket's Region; let the model depend on the policy",
    pages: docs('sagemaker/latest/dg/sagemaker-roles.html'),
    met: issues('philschmid/llm-sagemaker-sample/issues/2', 'mlflow/mlflow/issues/2573'),
    actions: ['s3:GetObject', 'kms:Decrypt'],
  },
  {
    id: 'output-not-encryptable',
    number: 'F19',
    title: 'a training job cannot save its model',
    says: ['Artifact upload failed:'],
    unless: ['Artifact upload failed: … route table'],
    cause:
      'the job has trained, and its role may not write the model: it lacks s3:PutObject, or has kms:Encrypt where an upload needs kms:GenerateDataKey (and in parts kms:Decrypt), or the output has no KmsKeyId and would lie under the aws/s3 key',
    sides: ['identity', 'resource', 'key'],
    cure: "name the key in OutputDataConfig.KmsKeyId, and allow s3:PutObject, kms:GenerateDataKey, kms:Encrypt and kms:Decrypt to the training role, in its own policy and in the bucket's and the key's",
    pages: docs('sagemaker/latest/dg/sagemaker-roles.html', 'AmazonS3/latest/userguide/UsingKMSEncryption.html'),
    met: issues('aws/aws-cdk/issues/12810', 'aws-samples/aws-enterprise-mlops-framework/issues/4'),
    actions: ['s3:PutObject', 'kms:GenerateDataKey', 'kms:Encrypt'],
  },
  {
    id: 'image-not-pullable',
    number: 'F21',
    title: "SageMaker may not pull a container's image",
    says: [
      'does not grant ecr:GetDownloadUrlForLayer, ecr:BatchGetImage, ecr:BatchCheckLayerAvailability permission to sagemaker.amazonaws.com service principal',
      'does not have BatchGetImage permission for the image',
      'Please make sure all images included in the model for the production variant … exist, and that the execution role used to create the model has permissions to access them',
    ],
    cause:
      "the image lies in a repository of another account whose policy does not let the role or SageMaker in, the role has no ECR permissions, or AWS's image has another account in this Region. Serverless endpoints take no image of another account at all",
    sides: ['identity', 'resource'],
    cure: "allow ecr:BatchGetImage, ecr:GetDownloadUrlForLayer and ecr:BatchCheckLayerAvailability to the role, and in the repository's policy where it is your own; look AWS's account for the Region up",
    pages: docs(
      'sagemaker/latest/dg/your-algorithms-containers-inference-private.html',
      'sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html',
    ),
    met: issues(
      'aws/deep-learning-containers/issues/5657',
      'aws/sagemaker-python-sdk/issues/2002',
      'yuyasugano/terraform-sagemaker-sample-1/issues/1',
    ),
    actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
  },
  {
    id: 'service-quota',
    number: 'F22',
    title: 'the account has no quota for these instances',
    says: ['The account-level service limit … is … Instances, with current utilization'],
    hints: ['ResourceLimitExceeded'],
    cause: 'SageMaker counts instances of each type and use by itself, and new accounts often start with none',
    sides: ['rule'],
    cure: 'ask for a higher quota in Service Quotas (Amazon SageMaker, the type, its use) in that account and Region, or take a type that has one',
    pages: docs('general/latest/gr/sagemaker.html', 'servicequotas/latest/userguide/request-quota-increase.html'),
    met: issues(
      'aws-samples/sagemaker-custom-project-templates/issues/51',
      'awsdocs/amazon-sagemaker-developer-guide/issues/70',
    ),
    here: line =>
      endpoints(line)
        .map(
          ({ account, endpoint, instances, instanceType }) =>
            `account ${line.accounts[account]} (${account}) needs ${instances} × "${instanceType} for endpoint usage" in ${line.region} for ${endpoint}, and as many again while it is updated`,
        )
        .join('; '),
  },
  {
    id: 'name-taken',
    number: 'F23',
    title: 'what should be made is there already, under that name',
    says: [
      'Cannot create already existing model',
      'Cannot create already existing endpoint',
      'Job name must be unique within an AWS account and region',
      'Training job names must be unique within an AWS account',
    ],
    cause:
      'an earlier deployment that came only half way left its model or endpoint configuration, and the names are the same each time; names of training jobs are taken for ever',
    sides: ['rule'],
    cure: 'give each deployment names of its own, such as with its execution id, and clean up what failed; delete what is left now',
    pages: docs(
      'sagemaker/latest/APIReference/API_CreateModel.html',
      'sagemaker/latest/APIReference/API_CreateEndpointConfig.html',
    ),
    met: issues(
      'awslabs/spot-tagging-bot-for-digital-assets/issues/2',
      'aws/sagemaker-python-sdk/issues/2194',
      'astronomer/astronomer-providers/issues/1055',
    ),
    here: line =>
      endpoints(line)
        .map(
          ({ endpoint }) =>
            `${line.name} gives each model and configuration a name of its own, and updates ${endpoint} where it is there: it was made by something else`,
        )
        .join('; '),
  },
  {
    id: 'endpoint-outlives-function',
    number: 'F24',
    title: 'an endpoint takes longer than whoever waits for it',
    says: [
      "timeout while waiting for state to become 'InService' (last state: 'Creating'",
      'Waiter EndpointInService failed: Max attempts exceeded',
      'Waiter endpoint_in_service failed: Max attempts exceeded',
    ],
    hints: ['Task timed out after', 'reach the "InService" state. Current endpoint status: "Creating"'],
    cause:
      'an endpoint needs ten minutes and more, a Lambda function lives fifteen at most, and waiters give up before',
    sides: ['rule'],
    cure: 'do not wait inside the function: answer the pipeline with a continuation token and look again in the next call',
    pages: docs(
      'codepipeline/latest/userguide/actions-invoke-lambda-function.html#actions-invoke-lambda-function-samples',
      'lambda/latest/dg/gettingstarted-limits.html',
    ),
    met: issues(
      'hashicorp/terraform-provider-aws/pull/39090',
      'amazon-archives/cloudformation-validation-pipeline/issues/3',
    ),
    actions: ['sagemaker:DescribeEndpoint'],
  },
]
