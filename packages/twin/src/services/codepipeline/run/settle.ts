import type { Tx } from '../../../engine/index.ts'
import type { Env } from '../../../gate/index.ts'
import type { Failed, Succeeded } from '../actions/action-kind.ts'
import { actionEvent } from '../model/event.ts'
import {
  type ActionExecution,
  type ActionKey,
  actionExecutions,
  actionKey,
  type Execution,
  executions,
  pipelineKey,
  putExecution,
} from '../model/execution.ts'

/** Writes down how an action ended; one that has ended already stays as it is. */
export function settle(tx: Tx, env: Env, key: ActionKey, result: Succeeded | Failed | 'abandoned'): void {
  const action = actionExecutions.get(tx, ...key)
  const execution = action && executions.get(tx, ...pipelineKey(action), action.execution)
  if (action?.status !== 'InProgress' || execution === undefined) return
  const { token: _token, ...closed } = action
  // The clock may have been set back meanwhile.
  const base = { ...closed, updated: Math.max(action.started, env.clock.now()) }
  if (result === 'abandoned') {
    write(tx, env, execution, { ...base, status: 'Abandoned' }, 'ABANDONED')
    return
  }
  if ('failed' in result) {
    const { failed, ...rest } = result
    write(tx, env, execution, { ...base, ...rest, status: 'Failed', error: failed }, 'FAILED')
    return
  }
  const { revision, ...rest } = result.succeeded
  const outputs = action.outputs.map(artifact => ({
    ...artifact,
    ...(revision?.revisionId ? { revision: revision.revisionId } : {}),
  }))
  const done = putExecution(tx, {
    ...execution,
    updated: base.updated,
    succeeded: [...execution.succeeded, action.action],
    artifacts: { ...execution.artifacts, ...Object.fromEntries(outputs.map(artifact => [artifact.name, artifact])) },
    variables:
      action.namespace === undefined || rest.variables === undefined
        ? execution.variables
        : { ...execution.variables, [action.namespace]: rest.variables },
    revisions:
      revision === undefined
        ? execution.revisions
        : [
            ...execution.revisions.filter(known => known.action !== action.action),
            { ...revision, action: action.action },
          ],
  })
  write(tx, env, done, { ...base, ...rest, outputs, status: 'Succeeded' }, 'SUCCEEDED')
}

function write(tx: Tx, env: Env, execution: Execution, action: ActionExecution, state: string): void {
  actionExecutions.put(tx, actionKey(action), action)
  actionEvent(tx, env, execution, action, state)
}
