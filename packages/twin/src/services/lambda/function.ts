import type * as lambda from '@aws-sdk/client-lambda'
import { notImplemented, type Reader, type Tx, table } from '../../engine/index.ts'
import {
  type Call,
  type Context,
  currentPolicy,
  type Demand,
  type Env,
  type PinnedPrincipals,
  resourceTags,
} from '../../gate/index.ts'
import { noFunction, otherRegion, violated } from './errors.ts'
import type { Settings } from './settings.ts'

export interface CodePackage {
  /** Base64, as AWS shows it. */
  sha256: string
  size: number
}

export interface LambdaRecord extends Settings {
  account: string
  region: string
  name: string
  code: CodePackage
  modified: number
  revision: string
  tags: Record<string, string>
  policy?: { statements: PolicyStatement[]; pins: PinnedPrincipals; revision: string }
}

export interface PolicyStatement {
  Sid: string
  Effect: 'Allow'
  Principal: unknown
  Action: string
  Resource: string
  Condition?: Record<string, Record<string, string>>
}

export const functions = table<LambdaRecord>('lambda/function') // [account, region, name]

type Place = Pick<LambdaRecord, 'account' | 'region' | 'name'>

export const arnOf = ({ account, region, name }: Place) => `arn:aws:lambda:${region}:${account}:function:${name}`

export interface Target extends Place {
  /** A version or alias, as it was asked for. */
  qualifier: string | undefined
}

const form = /^(?:arn:aws:lambda:([a-z\d-]+):)?(?:(\d{12}):)?(?:function:)?([\w-]{1,64})(?::(\$LATEST|[\w-]+))?$/

/** A name, a partial ARN or a whole one. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax */
export function targetOf(call: Call, functionName: string | undefined, qualifier?: string): Target {
  const [match, region = call.region, account = call.account, name = '', suffix] = form.exec(functionName ?? '') ?? []
  if (match === undefined) {
    const pattern =
      '(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?'
    throw violated(functionName, 'functionName', `Member must satisfy regular expression pattern: ${pattern}`)
  }
  if (region !== call.region) throw otherRegion(region, call.region)
  return { account, region, name, qualifier: qualifier ?? suffix }
}

/** The function that is meant; versions and aliases are refused by name. */
export function findFunction(read: Reader, target: Target): LambdaRecord {
  if (target.qualifier !== undefined && target.qualifier !== '$LATEST') {
    throw notImplemented(`lambda version or alias ${target.qualifier}`)
  }
  const found = functions.get(read, target.account, target.region, target.name)
  if (found === undefined) throw noFunction(arnOf(target))
  return found
}

export const policyText = (read: Reader, { policy }: LambdaRecord): string | undefined =>
  policy === undefined || policy.statements.length === 0
    ? undefined
    : currentPolicy(
        read,
        JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: policy.statements }),
        policy.pins,
      )

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html */
export function onFunction(
  { read }: Context,
  target: Target,
  action: string,
  context: Record<string, string | string[] | undefined> = {},
): Demand {
  const found = functions.get(read, target.account, target.region, target.name)
  const document = found === undefined ? undefined : policyText(read, found)
  const arn = arnOf(target)
  return {
    action: `lambda:${action}`,
    resource: target.qualifier === undefined ? arn : `${arn}:${target.qualifier}`,
    context: { ...resourceTags(found?.tags), ...context },
    ...(document === undefined
      ? {}
      : { resourcePolicy: { rule: 'plain' as const, name: `policy of ${arn}`, document } }),
  }
}

/** Every change has a revision of its own. */
export const saveFunction = (tx: Tx, env: Env, record: Omit<LambdaRecord, 'revision' | 'modified'>): LambdaRecord =>
  functions.put(tx, [record.account, record.region, record.name], {
    ...record,
    modified: env.clock.now(),
    revision: env.ids.uuid(),
  })

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export const configuration = (record: LambdaRecord): lambda.FunctionConfiguration => ({
  FunctionName: record.name,
  FunctionArn: arnOf(record),
  Runtime: record.runtime as lambda.Runtime,
  Role: record.role,
  Handler: record.handler,
  CodeSize: record.code.size,
  CodeSha256: record.code.sha256,
  Description: record.description,
  Timeout: record.timeout,
  MemorySize: record.memory,
  LastModified: new Date(record.modified).toISOString().replace('Z', '+0000'),
  Version: '$LATEST',
  ...(Object.keys(record.variables).length === 0 ? {} : { Environment: { Variables: record.variables } }),
  TracingConfig: { Mode: 'PassThrough' },
  RevisionId: record.revision,
  State: 'Active',
  LastUpdateStatus: 'Successful',
  PackageType: 'Zip',
  Architectures: record.architectures as lambda.Architecture[],
  EphemeralStorage: { Size: 512 },
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
  LoggingConfig: { LogFormat: 'Text', LogGroup: record.logGroup },
})
