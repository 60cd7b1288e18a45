import type { Access } from '../access/access.ts'
import type { Definition } from '../definition/schema.ts'
import type { Named, Names } from '../names/names.ts'

export interface Line {
  readonly definition: Definition
  readonly names: Names
}

/** Plain CloudFormation data: a value, or an intrinsic such as `{ Ref: 'KeyArn' }`. */
export type Template = string | number | boolean | readonly Template[] | { readonly [key: string]: Template }

/** An action of the pipeline, in the words of `AWS::CodePipeline::Pipeline`. */
export interface PipelineAction {
  readonly name: string
  readonly category: 'Source' | 'Deploy' | 'Invoke' | 'Approval'
  readonly owner: 'AWS'
  readonly provider: string
  readonly runOrder: number
  readonly configuration: { readonly [key: string]: Template }
  readonly inputs?: readonly string[]
  readonly outputs?: readonly string[]
  readonly namespace?: string
  readonly role?: Named
}

/** A role that the stacks write from the access list. */
export interface OwnedRole {
  readonly logicalId: string
  readonly role: Named
  readonly account: string
  readonly stack: string
  readonly description: string
}

export interface OwnedResource {
  readonly logicalId: string
  readonly stack: string
  readonly type: string
  readonly properties: { readonly [key: string]: Template }
}

/** What a kind of stage answers. Its configuration is its schema, in `definition/schema.ts`. */
export interface Kind<S> {
  readonly accesses: (stage: S, line: Line) => readonly Access[]
  readonly actions: (stage: S, line: Line) => readonly PipelineAction[]
  readonly roles: (stage: S, line: Line) => readonly OwnedRole[]
  readonly resources: (stage: S, line: Line) => readonly OwnedResource[]
}

/** The key's ARN, which A-base hands on as a parameter. */
export const KEY_ARN: Template = { Ref: 'KeyArn' }

/** Source text that the stacks put inline: they know the files. */
export const inlineSource = (name: 'deployer'): Template => ({ 'Tripoint::InlineSource': name })

export const INLINE_SOURCE = 'Tripoint::InlineSource'

export const SOURCE_ARTIFACT = 'SourceArtifact'
