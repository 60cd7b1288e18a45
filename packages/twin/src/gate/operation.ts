import type { BucketSettings, Grant } from '@tripoint/iam'
import type { AnyWorkKind, Cause, Clock, EventLog, Ids, Reader, Store, Tx, Works } from '../engine/index.ts'
import type { InputOf, Invoke, OperationName, OutputOf } from './api.ts'
import type { Principal } from './principal.ts'

/** What an operation must be allowed to do, as the Service Authorization Reference lists it. */
export interface Demand {
  /** `s3:GetObject` */
  action: string
  /** An ARN, or `*` where the action supports none. */
  resource: string
  /** Owner of the resource; by default the account in its ARN, else the caller's. */
  account?: string
  context?: Record<string, string | string[] | undefined>
  /** The policy on the resource's side; the gate fetches nothing. `rule`: how it combines with identity policies. */
  resourcePolicy?: { rule: 'plain' | 'key' | 'trust'; name: string; document: string }
  grants?: Grant[]
  bucket?: BucketSettings
}

/** One call on its way through the gate. */
export interface Call {
  service: string
  operation: string
  principal: Principal
  /** Where the call acts: the caller's account (of a service principal: the account it acts for). */
  account: string
  region: string
  requestId: string
  now: number
  /** TLS, or loopback on a twin without --tls. */
  secure: boolean
  /** `TLSv1.2`, of a client that came by TLS. */
  tls?: string
  sourceIp: string
  userAgent: string
  /** Services the call came through, nearest last: `s3.us-east-1.amazonaws.com` (kms:ViaService, aws:CalledVia). */
  via: readonly string[]
  /** On whose behalf a service principal calls: aws:SourceArn and aws:SourceAccount. */
  source?: { arn?: string; account: string }
  cause: Cause
}

/** What the twin hands to every operation and worker. */
export interface Env {
  clock: Clock
  ids: Ids
  store: Store
  works: Works
  events: EventLog
  /** The only way from service to service. */
  invoke: Invoke
  /** The role as the service gets it by sts:AssumeRole (a call like any other). Throws AwsError AccessDenied. */
  assume(service: string, role: string, options: Assume): Promise<Principal>
  /** Credentials that a process outside may use (Lambda functions, CodePipeline's artifactCredentials). */
  credentials(principal: Principal): { accessKeyId: string; secretAccessKey: string; sessionToken: string } | undefined
  /** The state directory; each service keeps its files in a folder of its own name. */
  directory: string
  /** `http://127.0.0.1:4566` */
  endpoint(): string
  /** The file that clients need to trust the endpoint, where it speaks TLS. */
  authority: string | undefined
  log(message: string): void
}

export interface Assume {
  region: string
  session: string
  cause: Cause
  source?: { arn?: string; account: string }
  /** A JSON session policy. */
  policy?: string
  seconds?: number
  token?: string
}

export interface Context {
  read: Reader
  call: Call
  env: Env
}

export interface TxContext {
  tx: Tx
  call: Call
  env: Env
}

/**
 * One operation of a service.
 * `authorize` names everything that must be allowed; it may throw the service's own errors for what AWS checks first.
 * `stage` does the asynchronous part before the commit: bytes to a file, a call to another service.
 * `run` is synchronous: what it writes is committed together with its audit entry, or, if it throws, not at all.
 */
export interface Operation<Input, Output, Staged = unknown> {
  authorize(input: Input, context: Context): Demand[]
  stage?(input: Input, context: Context): Promise<Staged>
  run(input: Input, context: TxContext, staged: Staged): Output
}

/** Fixes the types of one entry of a table of operations: `operation<typeof kms, 'CreateKey'>({…})`. */
export const operation = <Module, Name extends OperationName<Module>, Staged = unknown>(
  entry: Operation<InputOf<Module, Name>, OutputOf<Module, Name>, Staged>,
): AnyOperation => entry as unknown as AnyOperation

/** For what AWS does inside without a public API (codecommit:UploadArchive); only `invoke` reaches it. */
export const internalOperation = <Input, Output, Staged = unknown>(
  entry: Operation<Input, Output, Staged>,
): AnyOperation => entry as unknown as AnyOperation

export type AnyOperation = Operation<never, unknown, never>

export interface Service {
  /** IAM's prefix, the SigV4 signing name where it is the same: `kms`, `states`, `events`, `logs`. */
  name: string
  /** Load the SDK's client packages, whose schemas are the wire format. Absent: reached by `invoke` only. */
  sdk?: (() => Promise<{ module: object; client: new (config: never) => object }>)[]
  /** SigV4's, where it is not the name. */
  signingName?: string
  /** `AccessDeniedException` for the JSON protocols, `AccessDenied` for query and S3. */
  denied: 'AccessDenied' | 'AccessDeniedException'
  /** The client's text where it is not the evaluator's sentence. `owner`: the account of the resource that was refused. */
  denial?(text: string, call: Call, owner: string): string
  operations: Record<string, AnyOperation>
  works?: readonly AnyWorkKind<Env>[]
  /** Called once when the twin opens, before any work is resumed: subscribe to events, make folders. */
  open?(env: Env): void | Promise<void>
  /** Ends processes and files that the service holds. */
  close?(env: Env): Promise<void>
  /** Routes that are not AWS API calls, by first path segment (git over HTTP). */
  routes?: Record<string, Route>
}

export type Route = (
  request: import('node:http').IncomingMessage,
  response: import('node:http').ServerResponse,
  env: Env,
  door: Door,
) => Promise<void>

/** What a route needs of the gate: it authenticates in its own way and is authorised and audited like any call. */
export interface Door {
  /** The secret of an access key, to check a signature that is not SigV4 over the API (git). */
  principal(accessKeyId: string, sessionToken?: string): { principal: Principal; secret: string } | undefined
  /** Authorises and runs an operation of the service for the authenticated principal. */
  enter(service: string, name: string, input: unknown, as: Principal, region: string, cause?: Cause): Promise<unknown>
}
