import type { Cause } from '../engine/index.ts'
import type { Principal } from './principal.ts'

/** The SDK modules by IAM prefix: the types of every call from service to service. */
export interface Api {
  cloudformation: typeof import('@aws-sdk/client-cloudformation')
  cloudwatch: typeof import('@aws-sdk/client-cloudwatch')
  codecommit: typeof import('@aws-sdk/client-codecommit')
  codepipeline: typeof import('@aws-sdk/client-codepipeline')
  ecr: typeof import('@aws-sdk/client-ecr')
  events: typeof import('@aws-sdk/client-eventbridge')
  iam: typeof import('@aws-sdk/client-iam')
  kms: typeof import('@aws-sdk/client-kms')
  lambda: typeof import('@aws-sdk/client-lambda')
  logs: typeof import('@aws-sdk/client-cloudwatch-logs')
  s3: typeof import('@aws-sdk/client-s3')
  sagemaker: typeof import('@aws-sdk/client-sagemaker')
  states: typeof import('@aws-sdk/client-sfn')
  sts: typeof import('@aws-sdk/client-sts')
}

type Commands<Module> = { [Key in keyof Module as Key extends `${infer Name}Command` ? Name : never]: Module[Key] }

export type OperationName<Module> = keyof Commands<Module> & string

type CommandOf<Module, Name extends OperationName<Module>> = Commands<Module>[Name] extends new (
  // biome-ignore lint/suspicious/noExplicitAny: a constraint on any command's constructor
  ...args: any[]
) => infer Command
  ? Command
  : never

export type InputOf<Module, Name extends OperationName<Module>> =
  CommandOf<Module, Name> extends { input: infer Input } ? Input : never

// biome-ignore lint/suspicious/noExplicitAny: what any command's method may take
type Anything = any[]

export type OutputOf<Module, Name extends OperationName<Module>> =
  CommandOf<Module, Name> extends {
    resolveMiddleware(...args: Anything): (...args: Anything) => Promise<{ output: infer Output }>
  }
    ? Omit<Output, '$metadata'>
    : never

export interface InvokeOptions {
  cause: Cause
  region: string
  /** Where a service principal acts; by default the principal's own account. */
  account?: string
  via?: readonly string[]
  source?: { arn?: string; account: string }
  /** Makes a repeated call answer as the first one did. For calls that change something. */
  token?: string
  /** The bytes came over TLS or loopback; true unless said. */
  secure?: boolean
  /** Where a call came from that came in by a route of its own (git). */
  sourceIp?: string
}

/** `invoke(role, 'kms', 'GenerateDataKey', input, options)`: in process, without codec and signature, never without authorisation. */
export interface Invoke {
  <Name extends keyof Api, Op extends OperationName<Api[Name]>>(
    as: Principal,
    service: Name,
    operation: Op,
    input: InputOf<Api[Name], Op>,
    options: InvokeOptions,
  ): Promise<OutputOf<Api[Name], Op>>
  /** What has no public API, or is chosen at run time. */
  readonly any: (
    as: Principal,
    service: string,
    operation: string,
    input: unknown,
    options: InvokeOptions,
  ) => Promise<unknown>
}
