import type { Access } from '../access/access.ts'
import {
  assumes,
  bucketTarget,
  DEGRADES,
  type Grantee,
  grant,
  keyTarget,
  onlyOn,
  passes,
  rolePrincipal,
  servicePrincipal,
  stopsWith,
} from '../access/grant.ts'
import { PAGES } from '../access/pages.ts'
import type { DeployNames, Names, TrainNames } from '../names/names.ts'
import { containerAccesses } from './container-access.ts'

const SAGEMAKER = 'sagemaker.amazonaws.com'

export const deployAccesses = (names: Names, deploy: DeployNames, reportVia: 'assume-role' | 'self'): Access[] => [
  ...invokeActionAccesses(names, deploy),
  ...deployerRole(names, deploy),
  ...reportAccesses(names, deploy, reportVia),
  ...hostingAccesses(names, deploy),
]

/** Of the names of a line, what each part of a deployment needs to know. */
export type DeployLine = Pick<Names, 'account' | 'region' | 'keyArn' | 'pipelineRole'>
export type InvokeNames = Pick<DeployNames, 'id' | 'account' | 'step' | 'function' | 'invokeActionRole'>
export type FunctionNames = Pick<DeployNames, 'id' | 'account' | 'step' | 'function' | 'deployerRole'>
export type ReportNames = Pick<DeployNames, 'id' | 'account' | 'step' | 'deployerRole' | 'reporterRole'>
export type HostingNames = Pick<DeployNames, 'id' | 'account' | 'step' | 'endpoint' | 'image' | 'hostingRole'> & {
  readonly from: Pick<TrainNames, 'modelsArn'>
}

const at = (deploy: Pick<DeployNames, 'id' | 'step'>) => ({
  stage: deploy.id,
  hop: 'deploy' as const,
  step: deploy.step,
})

const deployer = (deploy: Pick<DeployNames, 'id' | 'step' | 'account' | 'deployerRole'>): Grantee => ({
  ...at(deploy),
  who: 'deployer-role',
  principal: rolePrincipal(deploy.deployerRole, deploy.account),
})

export function invokeActionAccesses(
  names: Pick<DeployLine, 'account' | 'pipelineRole'>,
  deploy: InvokeNames,
): Access[] {
  const to: Grantee = {
    ...at(deploy),
    who: 'invoke-action-role',
    principal: rolePrincipal(deploy.invokeActionRole, deploy.account),
  }
  const fn = { label: 'function', arn: deploy.function.arn, account: deploy.account, sides: ['identity'] as const }
  return [
    ...assumes(
      { ...to, who: 'pipeline-role', principal: rolePrincipal(names.pipelineRole, names.account) },
      deploy.invokeActionRole,
      deploy.account,
      { because: "the action runs in the production account, as that account's role", page: PAGES.crossAccount },
    ),
    ...grant(to, fn, [['lambda:InvokeFunction', 'the action invokes the deployer', PAGES.lambdaAction]]),
    ...grant(to, { ...fn, label: 'functions', arn: '*' }, [
      ['lambda:ListFunctions', 'CodePipeline looks for the function; the action has no resource', PAGES.lambdaAction],
    ]),
  ]
}

function deployerRole(names: Names, deploy: DeployNames): Access[] {
  const to = deployer(deploy)
  const owned = { account: deploy.account, sides: ['identity'] as const }
  const models = { ...owned, label: 'models', arn: deploy.modelsArn }
  const configs = { ...owned, label: 'endpoint-configs', arn: deploy.configsArn }
  const endpoint = { ...owned, label: 'endpoint', arn: deploy.endpoint.arn }
  const page = PAGES.hostingPermissions
  return [
    ...functionTrust(deploy),
    ...grant(to, endpoint, [
      ['sagemaker:DescribeEndpoint', 'the deployer asks whether the endpoint exists and how it fares', page],
      ['sagemaker:CreateEndpoint', 'the first deployment creates the endpoint', page],
      ['sagemaker:AddTags', "the endpoint's tags hold the deployments kept for rollback", page],
      [
        'sagemaker:ListTags',
        "the endpoint's tags hold the deployments kept for rollback",
        page,
        onlyOn('update', 'sagemaker:ListTags'),
      ],
      [
        'sagemaker:UpdateEndpoint',
        'later deployments update the endpoint',
        page,
        onlyOn('update', 'sagemaker:UpdateEndpoint'),
      ],
      [
        'sagemaker:DeleteEndpoint',
        'a failed endpoint can only be deleted and created anew',
        page,
        onlyOn('replace', 'sagemaker:DeleteEndpoint'),
      ],
    ]),
    ...grant(to, configs, [
      ['sagemaker:CreateEndpointConfig', 'each deployment has a configuration of its own', page],
      ['sagemaker:CreateEndpoint', 'the call is authorised for the configuration too', page],
      [
        'sagemaker:UpdateEndpoint',
        'the call is authorised for the configuration too',
        page,
        onlyOn('update', 'sagemaker:UpdateEndpoint'),
      ],
      [
        'sagemaker:DeleteEndpointConfig',
        'failed and old deployments are removed',
        page,
        onlyOn('cleanup', 'sagemaker:DeleteEndpointConfig'),
      ],
    ]),
    ...grant(to, models, [
      ['sagemaker:CreateModel', 'each deployment has a model of its own', page],
      [
        'sagemaker:DeleteModel',
        'failed and old deployments are removed',
        page,
        onlyOn('cleanup', 'sagemaker:DeleteModel'),
      ],
    ]),
    ...passes(to, deploy.hostingRole, deploy.account, SAGEMAKER, PAGES.passRole),
    ...functionLogs(names.region, deploy),
  ]
}

/** What every function of the line needs: its role, and somewhere to write to. */
export const functionAccesses = (names: Pick<DeployLine, 'region'>, deploy: FunctionNames): Access[] => [
  ...functionTrust(deploy),
  ...functionLogs(names.region, deploy),
]

const functionTrust = (deploy: FunctionNames): Access[] =>
  assumes(
    { ...deployer(deploy), who: 'lambda', principal: servicePrincipal('lambda.amazonaws.com', deploy.account) },
    deploy.deployerRole,
    deploy.account,
    {
      because: "Lambda runs the deployer with the function's role",
      page: PAGES.lambdaRole,
      absence: { does: 'times-out', step: deploy.step, error: 'failed to return a result' },
    },
  )

function functionLogs(region: string, deploy: FunctionNames): Access[] {
  const to = deployer(deploy)
  const owned = { account: deploy.account, sides: ['identity'] as const }
  const group = `arn:aws:logs:${region}:${deploy.account}:log-group:/aws/lambda/${deploy.function.name}`
  return [
    ...grant(to, { ...owned, label: 'log-group', arn: `${group}*` }, [
      ['logs:CreateLogGroup', "the function's output goes to CloudWatch Logs", PAGES.lambdaRole, DEGRADES],
    ]),
    ...grant(to, { ...owned, label: 'log-streams', arn: `${group}:log-stream:*` }, [
      ['logs:CreateLogStream', "the function's output goes to CloudWatch Logs", PAGES.lambdaRole, DEGRADES],
      ['logs:PutLogEvents', "the function's output goes to CloudWatch Logs", PAGES.lambdaRole, DEGRADES],
    ]),
  ]
}

/** The job belongs to the pipeline's account; without a report the action waits for its time-out. */
export function reportAccesses(
  names: Pick<DeployLine, 'account'>,
  deploy: ReportNames,
  reportVia: 'assume-role' | 'self',
): Access[] {
  const self = reportVia === 'self'
  const to: Grantee = self
    ? deployer(deploy)
    : { ...at(deploy), who: 'reporter-role', principal: rolePrincipal(deploy.reporterRole, names.account) }
  const account = self ? deploy.account : names.account
  const reports = grant(to, { label: 'job', arn: '*', account, sides: ['identity'] }, [
    [
      'codepipeline:PutJobSuccessResult',
      'the deployer reports success and progress; the action has no resource',
      PAGES.lambdaInvoke,
    ],
    [
      'codepipeline:PutJobFailureResult',
      'the deployer reports failure; the action has no resource',
      PAGES.lambdaInvoke,
      onlyOn('failure', 'failed to return a result'),
    ],
  ])
  if (self) return reports
  return [
    ...assumes(deployer(deploy), deploy.reporterRole, names.account, {
      because: "the deployer reports as a role of the pipeline's account that can do nothing else",
      page: PAGES.lambdaInvoke,
      absence: { does: 'times-out', step: deploy.step, error: 'failed to return a result' },
    }),
    ...reports,
  ]
}

export function hostingAccesses(
  names: Pick<DeployLine, 'account' | 'region' | 'keyArn'>,
  deploy: HostingNames,
): Access[] {
  const to: Grantee = {
    ...at(deploy),
    who: 'hosting-role',
    principal: rolePrincipal(deploy.hostingRole, deploy.account),
  }
  const group = `/aws/sagemaker/Endpoints/${deploy.endpoint.name}`
  return [
    ...assumes(
      { ...to, who: 'sagemaker', principal: servicePrincipal(SAGEMAKER, deploy.account) },
      deploy.hostingRole,
      deploy.account,
      {
        because: 'SageMaker hosts with the role that it is handed',
        page: PAGES.sagemakerRoles,
        conditions: { StringEquals: { 'aws:SourceAccount': deploy.account } },
        absence: stopsWith(deploy.step, 'AssumeRole'),
      },
    ),
    ...grant(to, bucketTarget('models', deploy.from.modelsArn, names.account, deploy.account), [
      ['s3:GetObject', 'SageMaker loads the model', PAGES.sagemakerRoles, stopsWith(deploy.step, 'model data')],
    ]),
    ...grant(to, keyTarget(names.keyArn, names.account, names.region), [
      [
        'kms:Decrypt',
        'the model is encrypted with the key',
        PAGES.kmsCrossAccount,
        stopsWith(deploy.step, 'model data'),
      ],
    ]),
    ...containerAccesses(to, names.region, deploy.image, { group, streams: '*' }),
  ]
}
