import type { DeployStage } from '../definition/schema.ts'
import { type DeployNames, MODELS } from '../names/names.ts'
import { deployAccesses } from './deploy-endpoint-access.ts'
import { inlineSource, type Kind, type Line, type OwnedResource, type OwnedRole } from './kind.ts'
import { logicalIdOf } from './logical-id.ts'

/** Invokes the deployer in the production account, which makes the endpoint serve the model just trained. */
export const deployEndpointKind: Kind<DeployStage> = {
  accesses: (stage, line) => deployAccesses(line.names, deployNames(stage, line), stage.reportVia),
  actions: (stage, line) => {
    const deploy = deployNames(stage, line)
    return [
      {
        name: 'DeployEndpoint',
        category: 'Invoke',
        owner: 'AWS',
        provider: 'Lambda',
        runOrder: 1,
        role: deploy.invokeActionRole,
        configuration: {
          FunctionName: deploy.function.name,
          // The model's place follows from the execution: CodePipeline carries no artifact from B to C.
          UserParameters: JSON.stringify({ executionArn: `#{${deploy.from.namespaces.run}.ExecutionArn}` }),
        },
      },
    ]
  },
  roles: (stage, line) => deployRoles(stage, line),
  resources: (stage, line) => [deployerFunction(stage, line)],
}

const deployNames = (stage: DeployStage, { names }: Line): DeployNames => names.stages[stage.name] as DeployNames

function deployRoles(stage: DeployStage, line: Line): OwnedRole[] {
  const deploy = deployNames(stage, line)
  const prefix = logicalIdOf(deploy.id)
  const here = { account: deploy.account, stack: deploy.stack }
  const reporter: OwnedRole = {
    logicalId: `${prefix}ReporterRole`,
    role: deploy.reporterRole,
    account: line.names.account,
    stack: line.names.stacks.base,
    description: 'the deployer reports its result to CodePipeline with it, and can do nothing else',
  }
  return [
    {
      ...here,
      logicalId: `${prefix}InvokeActionRole`,
      role: deploy.invokeActionRole,
      description: 'CodePipeline assumes it to invoke the deployer',
    },
    {
      ...here,
      logicalId: `${prefix}DeployerRole`,
      role: deploy.deployerRole,
      description: 'the deployer runs with it',
    },
    {
      ...here,
      logicalId: `${prefix}HostingRole`,
      role: deploy.hostingRole,
      description: 'SageMaker hosts the model with it',
    },
    ...(stage.reportVia === 'self' ? [] : [reporter]),
  ]
}

function deployerFunction(stage: DeployStage, line: Line): OwnedResource {
  const deploy = deployNames(stage, line)
  const { from } = deploy
  return {
    logicalId: `${logicalIdOf(deploy.id)}Function`,
    stack: deploy.stack,
    type: 'AWS::Lambda::Function',
    properties: {
      FunctionName: deploy.function.name,
      Description: `deploys the model of ${line.names.pipeline} to the endpoint ${stage.endpoint}`,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [`${logicalIdOf(deploy.id)}DeployerRole`, 'Arn'] },
      Timeout: 60,
      MemorySize: 256,
      Code: { ZipFile: inlineSource('deployer') },
      // What to deploy, and with which rights, is said in the production account; the pipeline only names an execution.
      Environment: {
        Variables: {
          ENDPOINT: stage.endpoint,
          DEPLOYMENTS: deploy.deployments,
          EXECUTIONS: from.executionsArn.slice(0, -1),
          MODELS: `s3://${line.names.bucket}/${MODELS}`,
          IMAGE: deploy.image,
          INSTANCE_TYPE: stage.instanceType,
          INSTANCES: String(stage.instances),
          KEEP: String(stage.keep),
          HOSTING_ROLE: deploy.hostingRole.arn,
          REPORTER_ROLE: stage.reportVia === 'self' ? '' : deploy.reporterRole.arn,
          PIPELINE_REGION: line.names.region,
        },
      },
    },
  }
}
