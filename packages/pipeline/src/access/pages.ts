const AWS = 'https://docs.aws.amazon.com'

/** The AWS pages that accesses cite. */
export const PAGES = {
  approvals: `${AWS}/codepipeline/latest/userguide/approvals-iam-permissions.html`,
  cloudformationAction: `${AWS}/codepipeline/latest/userguide/action-reference-CloudFormation.html`,
  cloudformationRole: `${AWS}/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html`,
  codecommitAction: `${AWS}/codepipeline/latest/userguide/action-reference-CodeCommit.html`,
  codecommitPermissions: `${AWS}/codecommit/latest/userguide/auth-and-access-control-permissions-reference.html`,
  codepipelinePermissions: `${AWS}/service-authorization/latest/reference/list_awscodepipeline.html`,
  crossAccount: `${AWS}/codepipeline/latest/userguide/pipelines-create-cross-account.html`,
  eventTarget: `${AWS}/eventbridge/latest/userguide/eb-use-identity-based.html`,
  hostingPermissions: `${AWS}/sagemaker/latest/dg/api-permissions-reference.html`,
  kmsCrossAccount: `${AWS}/kms/latest/developerguide/key-policy-modifying-external-accounts.html`,
  lambdaAction: `${AWS}/codepipeline/latest/userguide/action-reference-Lambda.html`,
  lambdaInvoke: `${AWS}/codepipeline/latest/userguide/actions-invoke-lambda-function.html`,
  lambdaRole: `${AWS}/lambda/latest/dg/lambda-intro-execution-role.html`,
  passRole: `${AWS}/IAM/latest/UserGuide/id_roles_use_passrole.html`,
  pipelineRole: `${AWS}/codepipeline/latest/userguide/how-to-custom-role.html`,
  s3Kms: `${AWS}/AmazonS3/latest/userguide/UsingKMSEncryption.html`,
  s3Multipart: `${AWS}/AmazonS3/latest/userguide/mpuoverview.html`,
  s3Permissions: `${AWS}/AmazonS3/latest/userguide/using-with-s3-policy-actions.html`,
  sagemakerRoles: `${AWS}/sagemaker/latest/dg/sagemaker-roles.html`,
  stateMachineRole: `${AWS}/step-functions/latest/dg/procedure-create-iam-role.html`,
  statesAction: `${AWS}/codepipeline/latest/userguide/action-reference-StepFunctions.html`,
  statesPermissions: `${AWS}/service-authorization/latest/reference/list_awsstepfunctions.html`,
  statesSageMaker: `${AWS}/step-functions/latest/dg/connect-sagemaker.html`,
  troubleshooting: `${AWS}/codepipeline/latest/userguide/troubleshooting.html`,
} as const
