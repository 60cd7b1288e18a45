import type { Finding } from '../source/finding.ts'
import { below, type Spot } from '../source/spot.ts'
import type { DeployedStack } from '../template/stack.ts'
import { isObject, isScalar, type Json, member } from '../template/value.ts'

/** A resource of a template, with everything in it worked out. */
export interface Built {
  readonly type: string
  readonly logicalId: string
  readonly stack: DeployedStack
  readonly arn: string
  readonly name: string
  readonly properties: Json
  readonly spot: Spot
}

export type Report = (finding: Finding) => void

export function builtResources(stack: DeployedStack): Built[] {
  return [...stack.resources].map(([logicalId, { type }]) => {
    const { name, arn } = stack.physical(logicalId)
    const spot = { file: stack.file, path: ['Resources', logicalId] }
    return { type, logicalId, stack, arn, name, properties: stack.properties(logicalId), spot }
  })
}

export const property = (built: Built, name: string): unknown => member(built.properties, name)
export const propertySpot = (built: Built, ...path: (string | number)[]): Spot =>
  below(built.spot, 'Properties', ...path)

export const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? (value as unknown[]) : value === undefined ? [] : [value]).filter(isScalar).map(String)

export const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : [])

/** `a/b/NAME` → `NAME`: a role's ARN and its name mean the same where a role is asked for. */
export const lastPart = (text: string): string => text.slice(text.lastIndexOf('/') + 1)
