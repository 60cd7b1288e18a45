/**
 * Gaps: items of S3 inventories and Parquet files, redrive, stopping one child of a Map Run, customer managed keys and logging are
 *   refused by name; of the integrations that wait, training jobs and executions do; the role of a distributed Map is not asked for
 *   states:StartExecution.
 * By design: the children of a distributed Map are threads of their execution, at most 40 at once, and executions to whoever asks for
 *   them; DeleteStateMachine is done when it answers; an Express execution keeps no history.
 * Client quirks: StartSyncExecution goes to the host prefix `sync-`, which the SDK leaves out with `disableHostPrefix`.
 */
import type { Env, ResourceType, Service } from '../../gate/index.ts'
import { createActivity, deleteActivity, describeActivity, getActivityTask, listActivities } from './activity.ts'
import {
  createStateMachineAlias,
  deleteStateMachineAlias,
  describeStateMachineAlias,
  listStateMachineAliases,
  updateStateMachineAlias,
} from './alias.ts'
import { getExecutionHistory } from './execution-history.ts'
import { listExecutions } from './execution-list.ts'
import {
  describeExecution,
  describeStateMachineForExecution,
  startExecution,
  startSyncExecution,
  stopExecution,
} from './execution-operation.ts'
import { executionWork } from './execution-work.ts'
import {
  deleteStateMachine,
  describeStateMachine,
  listStateMachines,
  validateStateMachineDefinition,
} from './machine-description.ts'
import { createStateMachine, updateStateMachine } from './machine-operation.ts'
import { describeMapRun, listMapRuns, updateMapRun } from './map-run.ts'
import { stateMachineResource } from './state-machine-resource.ts'
import { listTagsForResource, tagResource, untagResource } from './tag.ts'
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './task-token.ts'
import { taskWork, waiters } from './task-work.ts'
import { testState } from './test-state.ts'
import { deleteStateMachineVersion, listStateMachineVersions, publishStateMachineVersion } from './version.ts'

export const statesService: Service = {
  name: 'states',
  sdk: [() => import('@aws-sdk/client-sfn').then(sdk => ({ module: sdk, client: sdk.SFNClient }))],
  denied: 'AccessDeniedException',
  operations: {
    CreateActivity: createActivity,
    CreateStateMachine: createStateMachine,
    CreateStateMachineAlias: createStateMachineAlias,
    DeleteActivity: deleteActivity,
    DeleteStateMachine: deleteStateMachine,
    DeleteStateMachineAlias: deleteStateMachineAlias,
    DeleteStateMachineVersion: deleteStateMachineVersion,
    DescribeActivity: describeActivity,
    DescribeExecution: describeExecution,
    DescribeMapRun: describeMapRun,
    DescribeStateMachine: describeStateMachine,
    DescribeStateMachineAlias: describeStateMachineAlias,
    DescribeStateMachineForExecution: describeStateMachineForExecution,
    GetActivityTask: getActivityTask,
    GetExecutionHistory: getExecutionHistory,
    ListActivities: listActivities,
    ListExecutions: listExecutions,
    ListMapRuns: listMapRuns,
    ListStateMachineAliases: listStateMachineAliases,
    ListStateMachines: listStateMachines,
    ListStateMachineVersions: listStateMachineVersions,
    ListTagsForResource: listTagsForResource,
    PublishStateMachineVersion: publishStateMachineVersion,
    SendTaskFailure: sendTaskFailure,
    SendTaskHeartbeat: sendTaskHeartbeat,
    SendTaskSuccess: sendTaskSuccess,
    StartExecution: startExecution,
    StartSyncExecution: startSyncExecution,
    StopExecution: stopExecution,
    TagResource: tagResource,
    TestState: testState,
    UntagResource: untagResource,
    UpdateMapRun: updateMapRun,
    UpdateStateMachine: updateStateMachine,
    UpdateStateMachineAlias: updateStateMachineAlias,
    ValidateStateMachineDefinition: validateStateMachineDefinition,
  },
  works: [executionWork as never, taskWork as never],
  open: wakeWaitingTasks,
}

export const statesResourceTypes: ResourceType[] = [stateMachineResource]

/** The event that a job has changed wakes the task that waits for it: what the managed rules are for. */
function wakeWaitingTasks(env: Env): void {
  env.events.subscribe((tx, event) => {
    for (const arn of event.resources)
      for (const [key, work] of [...waiters.entries(tx, [arn])]) {
        if (env.works.get(tx, work) === undefined) waiters.delete(tx, ...key)
        else env.works.signal(tx, work, { name: 'changed' })
      }
  })
}
