import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation'
import { CodeCommitClient, GetBranchCommand } from '@aws-sdk/client-codecommit'
import {
  ListEndpointConfigsCommand,
  ListEndpointsCommand,
  ListModelsCommand,
  ListTrainingJobsCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker'
import { ListExecutionsCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn'
import { type AuditEntry, type Twin, twin } from '@tripoint/twin'
import definition from '../../../examples/churn/tripoint.config.ts'
import { client } from '../../../packages/cli/src/cloud/cloud.ts'
import { git } from '../../../packages/cli/src/cloud/git.ts'
import type { Workplace } from '../../../packages/cli/src/demo/workplace.ts'
import { actionsOf, executions } from '../../../packages/cli/src/line/watch.ts'
import { openStore } from '../../../packages/twin/src/engine/index.ts'

/** What is there after a line has gone through: of a line that nobody disturbed and of one that was killed, the same. */
export async function effects(place: Workplace): Promise<Record<string, unknown>> {
  const it = await twin({ state: place.state })
  try {
    // A function that a kill cut short runs again, though its job has long been answered.
    await it.settled()
    return { ...(await inAccounts(it)), ...calls([...it.audit()]), head: await head(it, place) }
  } finally {
    await it.close()
  }
}

const underWay = ['work', 'inbox', 'inbox-next', 'answer', 'states/token', 'states/token-of', 'states/waiter']

/** Records of what was under way, and files of what is over. */
export async function leftovers(place: Workplace): Promise<Record<string, unknown>> {
  const store = openStore(place.state)
  const rows = [...underWay, 'codecommit/push'].map(
    name => [name, [...store.list([name])].map(({ key }) => key.join(' '))] as const,
  )
  await store.close()
  return { ...Object.fromEntries(rows), jobs: files(join(place.state, 'sagemaker', 'jobs')) }
}

const files = (folder: string) => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).length
  } catch {
    return 0
  }
}

const connection = (it: Twin, role: 'shared' | 'training' | 'production') => ({
  account: definition.accounts[role] ?? '',
  region: definition.region,
  endpoint: it.endpoint,
  credentials: it.operator(definition.accounts[role] ?? ''),
})

const sorted = (texts: (string | undefined)[]) => texts.map(text => text ?? '').sort()

async function inAccounts(it: Twin) {
  const [shared, training, production] = [
    connection(it, 'shared'),
    connection(it, 'training'),
    connection(it, 'production'),
  ]
  const stacks: string[] = []
  for (const each of [shared, training, production]) {
    const { StackSummaries = [] } = await client(CloudFormationClient, each).send(new ListStacksCommand({}))
    stacks.push(
      ...StackSummaries.map(
        ({ StackName, StackStatus }) =>
          `${StackName} ${/^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus ?? '') || StackStatus}`,
      ),
    )
  }
  const steps = client(SFNClient, training)
  const { stateMachines = [] } = await steps.send(new ListStateMachinesCommand({}))
  const runs = await Promise.all(
    stateMachines.map(
      async ({ stateMachineArn }) =>
        (await steps.send(new ListExecutionsCommand({ stateMachineArn }))).executions ?? [],
    ),
  )
  const jobs = await client(SageMakerClient, training).send(new ListTrainingJobsCommand({}))
  const hosting = client(SageMakerClient, production)
  const { Models = [] } = await hosting.send(new ListModelsCommand({}))
  const { EndpointConfigs = [] } = await hosting.send(new ListEndpointConfigsCommand({}))
  const { Endpoints = [] } = await hosting.send(new ListEndpointsCommand({}))
  const all = (await executions(shared, definition.name)).toReversed()
  const actions = await Promise.all(
    all.map(async ({ pipelineExecutionId: id = '' }) =>
      (await actionsOf(shared, definition.name, id)).map(action => `${action.actionName} ${action.status}`),
    ),
  )
  return {
    stacks: stacks.sort(),
    machines: stateMachines.map(({ name }) => name),
    workflows: runs.flat().map(({ status }) => status),
    jobs: sorted((jobs.TrainingJobSummaries ?? []).map(({ TrainingJobStatus }) => TrainingJobStatus)),
    models: Models.length,
    configurations: EndpointConfigs.length,
    endpoints: Endpoints.map(({ EndpointName, EndpointStatus }) => `${EndpointName} ${EndpointStatus}`),
    executions: all.map(({ status, trigger }) => `${status} ${trigger?.triggerType}`),
    actions,
  }
}

const counted = [
  'CreateTrainingJob',
  'CreateModel',
  'CreateEndpointConfig',
  'CreateEndpoint',
  'UpdateEndpoint',
  'StartExecution',
  'StartPipelineExecution',
  'PutApprovalResult',
  'CreateStack',
  'CreateStateMachine',
  'CreateChangeSet',
  'ExecuteChangeSet',
  'CreateRole',
  'CreateKey',
  'CreateBucket',
  'CreatePipeline',
  'CreateFunction',
  'UpdateStack',
  'UpdateStateMachine',
]

/** How often each change was made, by the audit that is committed with it. */
function calls(audit: readonly AuditEntry[]) {
  const made = Object.fromEntries(counted.map(operation => [operation, 0]))
  for (const { operation, outcome } of audit)
    if (outcome === 'ok' && operation in made) made[operation] = (made[operation] ?? 0) + 1
  return { calls: made }
}

/** Whether the repository's branch is where the project's is. */
async function head(it: Twin, { project }: Workplace) {
  const { branch } = await client(CodeCommitClient, connection(it, 'shared')).send(
    new GetBranchCommand({ repositoryName: definition.source.repository, branchName: 'main' }),
  )
  return branch?.commitId === (await git(project, ['rev-parse', 'HEAD'])).trim()
}
