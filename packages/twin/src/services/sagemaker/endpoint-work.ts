import { Interrupted, isAwsError, type Outcome, type WorkKind } from '../../engine/index.ts'
import type { Env } from '../../gate/index.ts'
import { type Deployment, type Endpoint, endpoints, saveEndpoint } from './endpoint.ts'
import { reasonOf } from './errors.ts'
import { prepare, retire, serverOf } from './hosting.ts'
import { ImageRefused } from './image.ts'

interface State {
  key: readonly [string, string, string]
}

type Done = Outcome<State>

/** As quoted in https://github.com/aws/sagemaker-python-sdk/issues/2002; what ECR said follows. */
const imageReason = ({ answer }: ImageRefused, { model, variant }: Deployment): string => {
  const [, action] = /not authorized to perform: ecr:(\w+)/.exec(answer.message) ?? []
  const sentence =
    action === undefined
      ? `Please make sure all images included in the model for the production variant ${variant.name} exist, and that the execution role used to create the model has permissions to access them.`
      : `The role '${model.role}' does not have ${action} permission for the image: '${model.image}'.`
  return `${sentence} ${reasonOf(answer)}`
}

const reason = (error: unknown, deployment: Deployment): string => {
  const { model } = deployment
  if (error instanceof ImageRefused) return imageReason(error, deployment)
  if (isAwsError(error) && model.modelData !== undefined)
    return `Failed to download model data for container "container_1" from URL: "${model.modelData}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object. ${reasonOf(error)}`
  return `The primary container for the production variant did not start. Please check CloudWatch logs for this endpoint. ${reasonOf(error)}`
}

/** The new deployment serves: the old one goes. An update that fails goes back to the old configuration, in service. */
const settled = (endpoint: Endpoint, deployment: Deployment, failure: string | undefined, now: number): Endpoint => {
  const { next: _next, ...rest } = endpoint
  if (failure === undefined)
    return { ...rest, status: 'InService', serving: deployment, config: deployment.config, modified: now }
  const { serving } = endpoint
  if (serving === undefined) return { ...rest, status: 'Failed', failure, modified: now }
  return { ...rest, status: 'InService', config: serving.config, failure, modified: now }
}

/** Creates, updates or deletes; what is to do stands in the endpoint's record. */
export const endpointWork: WorkKind<State, Env> = {
  kind: 'sagemaker/endpoint',
  async step({ state, cause }, io, env): Promise<Done> {
    const endpoint = endpoints.get(io.read, ...state.key)
    if (endpoint === undefined) return { state, next: { when: 'done' } }
    const { serving, next } = endpoint
    if (endpoint.status === 'Deleting') {
      for (const deployment of [serving, next]) if (deployment) await retire(env, deployment)
      return { state, next: { when: 'done' }, commit: tx => endpoints.delete(tx, ...state.key) }
    }
    if (next === undefined) return { state, next: { when: 'done' } }
    let failure: string | undefined
    try {
      await prepare(env, endpoint, next, cause)
      await serverOf(env, endpoint, next, cause)
    } catch (error) {
      if (error instanceof Interrupted) throw error
      failure = reason(error, next).slice(0, 1024)
    }
    const retired = failure === undefined ? serving : next
    return {
      state,
      next: { when: 'done' },
      commit(tx) {
        saveEndpoint(tx, env, settled(endpoint, next, failure, env.clock.now()), cause)
        if (retired) tx.after(() => void retire(env, retired))
      },
    }
  },
}
