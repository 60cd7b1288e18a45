import type { Definition, DeployStage, Stage, TrainStage } from '../definition/schema.ts'
import { hasXgboostImage, xgboostImage } from './images.ts'

/**
 * Every name and ARN of a line, from its definition alone: both ends of a trust are spelled here, so nothing has to exist first.
 * Roles carry the region, because IAM names are global to an account.
 */
export interface Names {
  readonly account: string
  readonly region: string
  readonly pipeline: string
  readonly pipelineArn: string
  readonly bucket: string
  readonly bucketArn: string
  /** S3 keys of the pipeline's artifacts begin with the first 20 characters of its name. */
  readonly artifactsArn: string
  /** KMS makes the key's id: until A-base exists, any key of account A. */
  readonly keyArn: string
  readonly repositoryArn: string
  readonly pipelineRole: NamedRole
  readonly triggerRole: NamedRole
  readonly commitRule: Named
  readonly dataRule: Named
  readonly stacks: { readonly base: string; readonly pipeline: string }
  readonly stages: Readonly<Record<string, StageNames>>
}

export interface Named {
  readonly name: string
  readonly arn: string
}

/** A role, with the short word that ids of accesses use. */
export interface NamedRole extends Named {
  readonly label: string
}

export type StageNames = TrainNames | ApproveNames | DeployNames

export interface TrainNames {
  readonly kind: 'train'
  readonly id: string
  readonly account: string
  readonly stack: string
  readonly steps: { readonly workflow: string; readonly run: string }
  readonly namespaces: { readonly workflow: string; readonly run: string }
  readonly workflowStack: Named
  readonly stateMachine: Named
  /** executions, and so training jobs and their models, are called `<jobs>-<uuid>` */
  readonly jobs: string
  readonly executionsArn: string
  readonly trainingJobsArn: string
  readonly dataArn: string
  readonly modelsArn: string
  readonly image: string
  readonly stackActionRole: NamedRole
  readonly runActionRole: NamedRole
  readonly cloudformationRole: NamedRole
  readonly workflowRole: NamedRole
  readonly trainingRole: NamedRole
}

export interface ApproveNames {
  readonly kind: 'approve'
  readonly id: string
  readonly step: string
  readonly actionArn: string
}

export interface DeployNames {
  readonly kind: 'deploy-endpoint'
  readonly id: string
  readonly account: string
  readonly stack: string
  readonly step: string
  /** the training stage whose model it deploys: the last one before it */
  readonly from: TrainNames
  readonly function: Named
  readonly endpoint: Named
  /** models and endpoint configurations are called `<deployments>-<uuid>` */
  readonly deployments: string
  readonly modelsArn: string
  readonly configsArn: string
  readonly image: string
  readonly invokeActionRole: NamedRole
  readonly deployerRole: NamedRole
  readonly hostingRole: NamedRole
  readonly reporterRole: NamedRole
}

export const MODELS = 'models/'
export const SHARED = 'shared'

export function namesOf(definition: Definition): Names {
  const { name, region, accounts, source } = definition
  const account = accounts[SHARED] ?? ''
  const bucket = `${name}-${account}-${region}`
  const bucketArn = `arn:aws:s3:::${bucket}`
  const names = {
    account,
    region,
    pipeline: name,
    pipelineArn: `arn:aws:codepipeline:${region}:${account}:${name}`,
    bucket,
    bucketArn,
    artifactsArn: `${bucketArn}/${name.slice(0, 20)}/*`,
    keyArn: `arn:aws:kms:${region}:${account}:key/*`,
    repositoryArn: `arn:aws:codecommit:${region}:${account}:${source.repository}`,
    pipelineRole: role(account, name, 'pipeline', region),
    triggerRole: role(account, name, 'trigger', region),
    commitRule: rule(region, account, `${name}-commit`),
    dataRule: rule(region, account, `${name}-data`),
    stacks: { base: `${name}-base`, pipeline: `${name}-pipeline` },
  }
  const stages: Record<string, StageNames> = {}
  let trained: TrainNames | undefined
  for (const stage of definition.stages) {
    const made = stageNames(definition, stage, names, trained)
    if (made.kind === 'train') trained = made
    stages[stage.name] = made
  }
  return { ...names, stages }
}

type LineNames = Omit<Names, 'stages'>

function stageNames(
  definition: Definition,
  stage: Stage,
  line: LineNames,
  trained: TrainNames | undefined,
): StageNames {
  if (stage.kind === 'train') return trainNames(definition, stage, line)
  if (stage.kind === 'approve')
    return {
      kind: 'approve',
      id: idOf(stage.name),
      step: `${stage.name}/Approve`,
      actionArn: `${line.pipelineArn}/${stage.name}/Approve`,
    }
  if (trained === undefined) throw new Error(`${stage.name} has no training stage before it`)
  return deployNames(definition, stage, line, trained)
}

function trainNames(definition: Definition, stage: TrainStage, line: LineNames): TrainNames {
  const { name, region, accounts } = definition
  const account = accounts[stage.account] ?? ''
  const id = idOf(stage.name)
  const jobs = `${name}-${id}`
  const workflowStack = `${jobs}-workflow`
  const named = (what: string) => role(account, jobs, what, region)
  return {
    kind: 'train',
    id,
    account,
    stack: `${name}-${stage.account}`,
    steps: { workflow: `${stage.name}/DeployWorkflow`, run: `${stage.name}/RunWorkflow` },
    namespaces: { workflow: `${id}-workflow`, run: id },
    workflowStack: { name: workflowStack, arn: `arn:aws:cloudformation:${region}:${account}:stack/${workflowStack}/*` },
    stateMachine: { name: jobs, arn: `arn:aws:states:${region}:${account}:stateMachine:${jobs}` },
    jobs,
    executionsArn: `arn:aws:states:${region}:${account}:execution:${jobs}:${jobs}-*`,
    trainingJobsArn: `arn:aws:sagemaker:${region}:${account}:training-job/${jobs}-*`,
    dataArn: `${line.bucketArn}/${stage.data}*`,
    modelsArn: `${line.bucketArn}/${MODELS}${jobs}-*`,
    image: stage.image ?? defaultImage(region),
    stackActionRole: named('stack-action'),
    runActionRole: named('run-action'),
    cloudformationRole: named('cloudformation'),
    workflowRole: named('workflow'),
    trainingRole: named('training'),
  }
}

function deployNames(definition: Definition, stage: DeployStage, line: LineNames, from: TrainNames): DeployNames {
  const { name, region, accounts } = definition
  const account = accounts[stage.account] ?? ''
  const id = idOf(stage.name)
  const deployments = `${name}-${id}`
  const named = (what: string) => role(account, deployments, what, region)
  const sagemaker = `arn:aws:sagemaker:${region}:${account}`
  return {
    kind: 'deploy-endpoint',
    id,
    account,
    stack: `${name}-${stage.account}`,
    step: `${stage.name}/DeployEndpoint`,
    from,
    function: { name: deployments, arn: `arn:aws:lambda:${region}:${account}:function:${deployments}` },
    // SageMaker writes the names of endpoints in lower case into their ARNs.
    endpoint: { name: stage.endpoint, arn: `${sagemaker}:endpoint/${stage.endpoint.toLowerCase()}` },
    deployments,
    modelsArn: `${sagemaker}:model/${deployments}-*`,
    configsArn: `${sagemaker}:endpoint-config/${deployments}-*`,
    image: stage.image ?? (from.image || defaultImage(region)),
    invokeActionRole: named('invoke-action'),
    deployerRole: named('deployer'),
    hostingRole: named('hosting'),
    reporterRole: role(line.account, deployments, 'reporter', region),
  }
}

const idOf = (stageName: string): string => stageName.toLowerCase()

function role(account: string, owner: string, what: string, region: string): NamedRole {
  const name = `${owner}-${what}-${region}`
  return { name, arn: `arn:aws:iam::${account}:role/${name}`, label: `${what}-role` }
}

const rule = (region: string, account: string, name: string): Named => ({
  name,
  arn: `arn:aws:events:${region}:${account}:rule/${name}`,
})

const defaultImage = (region: string): string => (hasXgboostImage(region) ? xgboostImage(region) : '')
