import type * as lambda from '@aws-sdk/client-lambda'
import type { Honoured } from '../../engine/index.ts'
import type { Call, Demand } from '../../gate/index.ts'
import { invalid, otherAccountsRole, violated } from './errors.ts'
import { checkRuntime } from './runtimes.ts'

/** What of a function's configuration has an effect here. */
export interface Settings {
  runtime: string
  handler: string
  role: string
  description: string
  /** Seconds. */
  timeout: number
  /** Megabytes. */
  memory: number
  variables: Record<string, string>
  architectures: string[]
  logGroup: string
}

/** Members of CreateFunction and UpdateFunctionConfiguration. */
export const honoured: Honoured = {
  FunctionName: true,
  Runtime: true,
  Role: true,
  Handler: true,
  Description: true,
  Timeout: true,
  MemorySize: true,
  Environment: true,
  LoggingConfig: { LogFormat: ['Text'], LogGroup: true },
  RevisionId: true,
  EphemeralStorage: { Size: [512] },
  TracingConfig: { Mode: ['PassThrough'] },
  SnapStart: { ApplyOn: ['None'] },
  // What clients send that want none of it.
  DeadLetterConfig: { TargetArn: [''] },
  VpcConfig: { Ipv6AllowedForDualStack: [false] },
}

type Input = Pick<
  lambda.CreateFunctionRequest,
  'Runtime' | 'Handler' | 'Description' | 'Timeout' | 'MemorySize' | 'Environment' | 'LoggingConfig'
> & { Role?: string | undefined }

/** The settings after a request; `before` is what they were, or the defaults of a new function. */
export function settingsAfter(input: Input, before: Settings): Settings {
  const settings: Settings = {
    ...before,
    runtime: input.Runtime ?? before.runtime,
    handler: input.Handler ?? before.handler,
    role: input.Role ?? before.role,
    description: input.Description ?? before.description,
    timeout: input.Timeout ?? before.timeout,
    memory: input.MemorySize ?? before.memory,
    variables: input.Environment === undefined ? before.variables : { ...input.Environment.Variables },
    logGroup: input.LoggingConfig?.LogGroup ?? before.logGroup,
  }
  check(settings)
  return settings
}

export const defaults = (name: string): Settings => ({
  runtime: '',
  handler: '',
  role: '',
  description: '',
  timeout: 3,
  memory: 128,
  variables: {},
  architectures: ['x86_64'],
  logGroup: `/aws/lambda/${name}`,
})

export function architecturesAfter(
  input: { Architectures?: readonly string[] | undefined },
  before: string[],
): string[] {
  const { Architectures = before } = input
  if (Architectures.length > 1)
    throw violated(`[${Architectures.join(', ')}]`, 'architectures', 'Member must have length less than or equal to 1')
  return [...Architectures]
}

function check({ runtime, handler, role, description, timeout, memory, variables }: Settings): void {
  if (runtime === '' || handler === '') {
    throw invalid('Runtime and Handler are mandatory parameters for functions created with deployment packages.')
  }
  checkRuntime(runtime)
  if (!/^arn:aws:iam::\d{12}:role\/?[\w+=,.@/-]+$/.test(role)) {
    const pattern = 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+'
    throw violated(role, 'role', `Member must satisfy regular expression pattern: ${pattern}`)
  }
  if (!/^\S{1,128}$/.test(handler)) {
    throw violated(handler, 'handler', 'Member must satisfy regular expression pattern: [^\\s]+')
  }
  if (description.length > 256) {
    throw violated(description, 'description', 'Member must have length less than or equal to 256')
  }
  within(timeout, 'timeout', 1, 900)
  within(memory, 'memorySize', 128, 10_240)
  checkVariables(variables)
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
function within(value: number, member: string, least: number, most: number): void {
  if (value < least) throw violated(value, member, `Member must have value greater than or equal to ${least}`)
  if (value > most) throw violated(value, member, `Member must have value less than or equal to ${most}`)
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reserved = new Set([
  ...['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV'],
  ...['AWS_LAMBDA_FUNCTION_NAME', 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION'],
  ...['AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME'],
  ...['AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  ...['AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'],
])

function checkVariables(variables: Record<string, string>): void {
  const cannot = 'Lambda was unable to configure your environment variables because'
  const taken = Object.keys(variables).filter(name => reserved.has(name))
  if (taken.length > 0) {
    throw invalid(
      `${cannot} the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`,
    )
  }
  if (Object.keys(variables).some(name => !/^[a-zA-Z]\w+$/.test(name))) {
    const pattern =
      'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]'
    throw violated('{}', 'environment.variables', pattern)
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > 4096) {
    throw invalid(
      `${cannot} the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(variables)}`,
    )
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html: handing over a role is iam:PassRole, within one account. */
export function passes(call: Call, role: string, functionArn: string): Demand {
  if (role.split(':')[4] !== call.account) throw otherAccountsRole()
  const context = { 'iam:PassedToService': 'lambda.amazonaws.com', 'iam:AssociatedResourceArn': functionArn }
  return { action: 'iam:PassRole', resource: role, context }
}
