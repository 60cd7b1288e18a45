import { isAwsError } from '../../engine/index.ts'
import { type Env, type LogDestination, type LogWriter, logWriter, unlessExists } from '../../gate/index.ts'

/** The stream of one execution environment, written as the function's role. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html */
export function functionLog(env: Env, destination: LogDestination): LogWriter {
  const { as, group, stream, region } = destination
  const options = () => ({ cause: destination.cause, region })
  // Opened again after lines were lost, it is there.
  const create = () =>
    env
      .invoke(as, 'logs', 'CreateLogStream', { logGroupName: group, logStreamName: stream }, options())
      .catch(unlessExists)
  return logWriter(env, destination, () =>
    // The group is only made where it is missing: a role needs logs:CreateLogGroup for a function's first log at most.
    create().catch(async (error: unknown) => {
      if (!isAwsError(error, 'ResourceNotFoundException')) throw error
      await env.invoke(as, 'logs', 'CreateLogGroup', { logGroupName: group }, options()).catch(unlessExists)
      await create()
    }),
  )
}
