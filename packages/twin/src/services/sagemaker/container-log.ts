import { type Env, type LogDestination, type LogWriter, logWriter, unlessExists } from '../../gate/index.ts'

/** The container's output, written as the execution role. https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html */
export function containerLog(env: Env, destination: LogDestination): LogWriter {
  const { as, group, stream, region, cause } = destination
  const options = { cause, region }
  const named = { logGroupName: group, logStreamName: stream }
  return logWriter(env, destination, async () => {
    await env.invoke(as, 'logs', 'CreateLogGroup', { logGroupName: group }, options).catch(unlessExists)
    const known = { logGroupName: group, logStreamNamePrefix: stream }
    const { logStreams = [] } = await env.invoke(as, 'logs', 'DescribeLogStreams', known, options)
    if (logStreams.some(({ logStreamName }) => logStreamName === stream)) return
    await env.invoke(as, 'logs', 'CreateLogStream', named, options).catch(unlessExists)
  })
}
