import type { ArtifactRevision, PipelineDeclaration } from '@aws-sdk/client-codepipeline'
import type { Next, Signal, Tx } from '../../../engine/index.ts'
import type { Api, Env, InputOf, InvokeOptions, OperationName, OutputOf, Principal } from '../../../gate/index.ts'
import type { ActionExecution, Artifact, Execution } from '../model/execution.ts'
import type { Pipeline } from '../model/pipeline.ts'

interface Details {
  variables?: Record<string, string>
  external?: { id?: string; url?: string; summary?: string }
  summary?: string
  updatedBy?: string
}

export interface Succeeded {
  succeeded: Details & { revision?: ArtifactRevision }
}

export interface Failed extends Details {
  failed: { code: string; message: string }
}

/** What is written beside the record while the action goes on. */
export interface Going<Memory> {
  memory: Memory
  next: Next
  external?: { id?: string; url?: string; summary?: string }
  commit?: (tx: Tx) => void
}

/** One step of an action, with the action's own rights. */
export interface ActionIo {
  action: ActionExecution
  execution: Execution
  pipeline: Pick<Pipeline, 'account' | 'region' | 'name' | 'arn'>
  declaration: PipelineDeclaration
  configuration: Record<string, string>
  env: Env
  signals: readonly Signal[]
  /** The action's role, or the service role where it has none. */
  as(): Promise<Principal>
  /** The pipeline's service role. */
  service(): Promise<Principal>
  /** As the action's role, in the action's Region. With a `token`: for calls that change something. */
  call<Name extends keyof Api, Op extends OperationName<Api[Name]>>(
    service: Name,
    operation: Op,
    input: InputOf<Api[Name], Op>,
    token?: string,
  ): Promise<OutputOf<Api[Name], Op>>
  options(token?: string): InvokeOptions
  /** The bytes of an input artifact, read with the action's rights. */
  read(artifact: Artifact): Promise<Uint8Array>
  write(artifact: Artifact, zip: Uint8Array): Promise<void>
  /** The artifact store's key, if it names one. */
  encryptionKey: { id: string; type: 'KMS' } | undefined
}

export interface ActionKind<Memory> {
  category: string
  provider: string
  inputs: readonly [number, number]
  outputs: readonly [number, number]
  required: readonly string[]
  optional: readonly string[]
  /** Minutes: https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
  timeout: number
  /** What is wrong with a configuration, in AWS's words; or it throws for what is not there. */
  check?(configuration: Record<string, string>, action: string): void
  step(io: ActionIo, memory: Memory | undefined): Promise<Succeeded | Failed | Going<Memory>>
}

export type AnyActionKind = ActionKind<never>

/** Between two looks at something that goes on elsewhere; the twin shortens it when nothing else goes on. */
export const poll = (io: ActionIo): Next => ({ when: 'pause', at: io.env.clock.now() + 5_000 })
