import type { Template } from '@tripoint/pipeline'

/** A resource before CDK: values only. */
export interface PlannedResource {
  readonly logicalId: string
  readonly type: string
  readonly properties: { readonly [key: string]: Template }
  /** it holds data: kept when an update would replace it, deleted only with its stack */
  readonly precious?: boolean
}
