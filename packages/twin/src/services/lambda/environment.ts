import type { Cause } from '../../engine/index.ts'
import { type Env, type LogWriter, roles, sessionOf, sessions } from '../../gate/index.ts'
import { type LambdaFunction, startFunction } from '../../runtime/lambda/function.ts'
import { codeFolder } from './code-package.ts'
import { arnOf, type LambdaRecord } from './function.ts'
import { functionLog } from './function-log.ts'
import { takeRole } from './role.ts'

/** One process of one revision of a function, with one session of its role. */
export interface Environment {
  readonly key: string
  readonly process: LambdaFunction
  readonly log: LogWriter
  /** From then on its session is too old for another invocation. */
  readonly until: number
  /** Whatever the process calls and logs from now on, it does for this cause. */
  work(cause: Cause): void
}

/** How long a session of a role holds when nobody says otherwise. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const sessionMs = 3_600_000

/** A role that was made anew, or is trusted otherwise, is assumed again: here what IAM is told holds at once. */
export const keyOf = (env: Env, record: LambdaRecord): string => {
  const role = roles.get(env.store, record.account, record.role.split('/').at(-1) ?? '')
  return JSON.stringify([arnOf(record), record.revision, role?.id, role?.trust])
}

const streamOf = (env: Env) => {
  const day = new Date(env.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
  return `${day}/[$LATEST]${env.ids.hex(32)}`
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
export async function startEnvironment(env: Env, record: LambdaRecord, cause: Cause): Promise<Environment> {
  const { region, name, role, logGroup: group } = record
  const root = await codeFolder(env, record.code)
  const as = await takeRole(env, { role, functionArn: arnOf(record), cause })
  const credentials = env.credentials(as)
  const stream = streamOf(env)
  let present = cause
  const log = functionLog(env, {
    as,
    group,
    stream,
    region,
    get cause() {
      return present
    },
  })
  const process = startFunction({
    root,
    handler: record.handler,
    runtime: record.runtime,
    timeoutMs: record.timeout * 1000,
    memoryMb: record.memory,
    log: line => log.line(line),
    environment: {
      AWS_ENDPOINT_URL: env.endpoint(),
      ...(env.authority !== undefined && { AWS_CA_BUNDLE: env.authority, NODE_EXTRA_CA_CERTS: env.authority }),
      ...record.variables,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials?.accessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey ?? '',
      AWS_SESSION_TOKEN: credentials?.sessionToken ?? '',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: group,
      AWS_LAMBDA_LOG_STREAM_NAME: stream,
    },
  })
  const until = env.clock.now() + sessionMs - (record.timeout + 60) * 1000
  return {
    key: keyOf(env, record),
    process,
    log,
    until,
    work(to) {
      present = to
      log.again()
      const session = sessionOf(env.store, as)
      // The process has its credentials for good: it is their session that goes on for another cause.
      if (session !== undefined)
        env.store.transact(tx => sessions.put(tx, [session.accessKeyId], { ...session, cause: to, moving: true }))
    },
  }
}
