import type { Api, InputOf, OperationName, OutputOf } from './api.ts'

/** A value after CloudFormation resolved its intrinsic functions. */
export type Properties = Record<string, unknown>

export interface Resource {
  physicalId: string
  /** What Fn::GetAtt answers. */
  attributes: Record<string, unknown>
  /** What Ref answers, where it is not the physical id. */
  ref?: string
}

/** What a resource type may do: calls as the stack's principal, each with a token of its own, in their order. */
export interface ResourceIo {
  invoke<Name extends keyof Api, Op extends OperationName<Api[Name]>>(
    service: Name,
    operation: Op,
    input: InputOf<Api[Name], Op>,
  ): Promise<OutputOf<Api[Name], Op>>
  account: string
  region: string
  stackName: string
  logicalId: string
  /** `STACK-LOGICAL-XXXXXXXXXXXX`, the same each time it is asked, cut to `max` characters. */
  name(max: number): string
  /** Names what exists from now on, should a later call of the same creation fail: the rollback deletes it. */
  made(physicalId: string): void
}

/**
 * One type of CloudFormation resource, implemented by the service that owns it: a few public calls of that service.
 * Which property changes replace a resource is data (generated/resource-types.json), not the type's business.
 */
export interface ResourceType {
  type: `AWS::${string}`
  create(properties: Properties, io: ResourceIo): Promise<Resource>
  /** Absent: every change replaces. */
  update?(physicalId: string, properties: Properties, previous: Properties, io: ResourceIo): Promise<Resource>
  /** A resource that is gone already is deleted. */
  delete(physicalId: string, properties: Properties, io: ResourceIo): Promise<void>
}
