import type { Cause, WorkIo } from '../../../engine/index.ts'
import { type Env, type Principal, principalOf, sessions } from '../../../gate/index.ts'
import type { ActionExecution } from '../model/execution.ts'
import { pipelineArn } from '../model/pipeline.ts'

export const me = 'codepipeline.amazonaws.com'

export interface Sessions {
  service?: string
  action?: string
}

/** A session is good for an hour; one that is near its end is not used for another step. */
const margin = 10 * 60_000

const usable = (env: Env, key: string | undefined): string | undefined => {
  const session = key === undefined ? undefined : sessions.get(env.store, key)
  return session !== undefined && session.expires - margin > env.clock.now() ? key : undefined
}

/**
 * The service role as codepipeline.amazonaws.com with the pipeline as source; from it the action's role:
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
 */
export function rolesOf(
  env: Env,
  io: WorkIo,
  action: ActionExecution,
  serviceRole: string,
  cause: Cause,
  held: Sessions,
) {
  // AWS's session names are the time, in milliseconds.
  const session = String(action.started)
  const region = action.region
  const arn = pipelineArn(action.account, region, action.pipeline)
  const resumed = (key: string): Principal => ({ ...principalOf(env.store, key, env.clock), cause })
  const used: Sessions = { ...held }

  async function service(): Promise<Principal> {
    const known = usable(env, used.service)
    if (known !== undefined) return resumed(known)
    const source = { arn, account: action.account }
    const principal = await env.assume(me, serviceRole, {
      session,
      region,
      cause,
      source,
      token: io.token('service-role'),
    })
    used.service = principal.accessKeyId ?? ''
    return principal
  }

  async function own(): Promise<Principal> {
    if (action.roleArn === undefined) return service()
    const known = usable(env, used.action)
    if (known !== undefined) return resumed(known)
    const input = { RoleArn: action.roleArn, RoleSessionName: session }
    const by = await service()
    // A step that was cut off long ago is answered with the session of then: it takes another.
    for (let label = 'action-role'; usable(env, used.action) === undefined; label += '+') {
      const options = { cause, region, token: io.token(label) }
      const { Credentials } = await env.invoke(by, 'sts', 'AssumeRole', input, options)
      used.action = Credentials?.AccessKeyId ?? ''
    }
    return resumed(used.action ?? '')
  }

  return { service, own, used }
}
