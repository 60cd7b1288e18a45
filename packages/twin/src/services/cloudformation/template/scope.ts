import type { Json, JsonObject } from './json.ts'

/** What the functions of a template may ask for. */
export interface Scope {
  /** A parameter, a pseudo parameter or a resource. */
  ref(name: string): Json
  attribute(logicalId: string, name: string): Json
  condition(name: string): boolean
  mappings: Record<string, JsonObject>
  imported(name: string): Json
  zones(region: string): Json
}

export type Resolve = (value: Json) => Json

export type Compute = (argument: Json, scope: Scope, resolve: Resolve) => Json

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html */
export interface Place {
  account: string
  region: string
  stackId: string
  stackName: string
  notificationArns: string[]
}

export const pseudoParameters: Record<string, (place: Place) => Json> = {
  'AWS::AccountId': place => place.account,
  'AWS::NotificationARNs': place => place.notificationArns,
  'AWS::Partition': () => 'aws',
  'AWS::Region': place => place.region,
  'AWS::StackId': place => place.stackId,
  'AWS::StackName': place => place.stackName,
  'AWS::URLSuffix': () => 'amazonaws.com',
}

export const isPseudo = (name: string) => name === 'AWS::NoValue' || name in pseudoParameters
