import type { PipelineDeclaration } from '@aws-sdk/client-codepipeline'
import { isAwsError } from '../../../engine/index.ts'
import type { Context, Principal } from '../../../gate/index.ts'
import { invalidStructure } from '../model/errors.ts'
import { actionsOf, pipelineArn } from '../model/pipeline.ts'
import { me } from '../run/roles.ts'

/** CodePipeline tries every role when a pipeline is created or updated: a missing trust is told then, not at the first run. */
export async function checkRoles(pipeline: PipelineDeclaration, { call, env }: Context): Promise<void> {
  const { name = '', roleArn = '', stages = [] } = pipeline
  const source = { arn: pipelineArn(call.account, call.region, name), account: call.account }
  const options = { region: call.region, cause: call.cause }
  const session = String(call.now)
  const service = await allowed(
    () => env.assume(me, roleArn, { session, source, ...options }),
    `CodePipeline is not authorized to perform AssumeRole on role ${roleArn}`,
  )
  const roles = new Set(stages.flatMap(stage => actionsOf(stage).flatMap(action => action.roleArn ?? [])))
  for (const role of roles) {
    const input = { RoleArn: role, RoleSessionName: session }
    await allowed(
      () => env.invoke(service as Principal, 'sts', 'AssumeRole', input, options),
      `${roleArn} is not authorized to perform AssumeRole on role ${role}`,
    )
  }
}

async function allowed<T>(assume: () => Promise<T>, message: string): Promise<T> {
  try {
    return await assume()
  } catch (error) {
    throw isAwsError(error) ? invalidStructure(message) : error
  }
}
