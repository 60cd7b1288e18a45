import {
  type Access,
  type Definition,
  type Names,
  namesOf,
  type OwnedResource,
  ownedResources,
  ownedRoles,
  type Template,
} from '@tripoint/pipeline'
import { bucketResources } from './bucket.ts'
import { inlined } from './inline-source.ts'
import { keyResource } from './key.ts'
import { peoplePolicies } from './people.ts'
import { pipelineResource } from './pipeline-declaration.ts'
import type { PlannedResource } from './planned-resource.ts'
import { roleResource } from './role.ts'

/** A stack before CDK: values only. */
export interface StackPlan {
  readonly name: string
  readonly title: string
  readonly account: string
  readonly region: string
  readonly resources: readonly PlannedResource[]
  readonly outputs: Readonly<Record<string, Template>>
  readonly dependsOn: readonly string[]
}

/** A-base → the accounts in between → A-pipeline: each refers only to what comes before it. */
export function stackPlans(definition: Definition, access: readonly Access[]): StackPlan[] {
  const names = namesOf(definition)
  const { base, pipeline } = names.stacks
  const others = Object.entries(definition.accounts)
    .filter(([, account]) => account !== names.account)
    .map(([role, account]) => accountPlan(definition, access, names, `${definition.name}-${role}`, account))
    .filter(plan => plan.resources.length > 0)
  return [
    basePlan(definition, access, names),
    ...others,
    {
      name: pipeline,
      title: `the pipeline ${names.pipeline} and what starts it`,
      account: names.account,
      region: names.region,
      resources: [pipelineResource(definition), ...owned(definition, pipeline)],
      outputs: { PipelineName: names.pipeline, PipelineArn: names.pipelineArn },
      dependsOn: [base, ...others.map(plan => plan.name)],
    },
  ]
}

function basePlan(definition: Definition, access: readonly Access[], names: Names): StackPlan {
  return {
    name: names.stacks.base,
    title: `key, bucket, repository and roles of ${names.pipeline}`,
    account: names.account,
    region: names.region,
    resources: [
      keyResource(names, access),
      ...bucketResources(definition, names, access),
      {
        logicalId: 'Repository',
        type: 'AWS::CodeCommit::Repository',
        properties: {
          RepositoryName: definition.source.repository,
          RepositoryDescription: `the source of ${names.pipeline}`,
        },
        precious: true,
      },
      ...roles(definition, access, names, names.stacks.base, { 'Fn::GetAtt': ['Key', 'Arn'] }),
      ...peoplePolicies(definition, names, access),
    ],
    outputs: {
      KeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] },
      BucketName: { Ref: 'Bucket' },
      RepositoryCloneUrlHttp: { 'Fn::GetAtt': ['Repository', 'CloneUrlHttp'] },
      PipelineRoleArn: { 'Fn::GetAtt': ['PipelineRole', 'Arn'] },
    },
    dependsOn: [],
  }
}

function accountPlan(
  definition: Definition,
  access: readonly Access[],
  names: Names,
  name: string,
  account: string,
): StackPlan {
  const ownRoles = roles(definition, access, names, name, { Ref: 'KeyArn' })
  return {
    name,
    title: `what ${names.pipeline} needs in account ${account}`,
    account,
    region: names.region,
    resources: [...ownRoles, ...owned(definition, name)],
    outputs: Object.fromEntries(
      ownRoles.map(role => [`${role.logicalId}Arn`, { 'Fn::GetAtt': [role.logicalId, 'Arn'] }]),
    ),
    dependsOn: [names.stacks.base],
  }
}

const roles = (
  definition: Definition,
  access: readonly Access[],
  names: Names,
  stack: string,
  keyArn: Template,
): PlannedResource[] =>
  ownedRoles(definition)
    .filter(role => role.stack === stack)
    .map(role => roleResource(role, access, names, keyArn))

const owned = (definition: Definition, stack: string): PlannedResource[] =>
  ownedResources(definition)
    .filter(resource => resource.stack === stack)
    .map(({ logicalId, type, properties }: OwnedResource) => ({ logicalId, type, properties: inlined(properties) }))
