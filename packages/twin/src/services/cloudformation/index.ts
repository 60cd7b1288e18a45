/**
 * CloudFormation: stacks and change sets.
 *
 * Gaps, each refused by name: nested stacks, stack sets, imports, drift, macros and transforms, dynamic references, CreationPolicy and
 * UpdatePolicy, parameters of AWS-specific and SSM types, notification topics. Stack policies are stored and not enforced;
 * ImportExistingResources adopts nothing: a resource whose name is taken fails by its service's own error.
 * By design: a change set is computed within the call that creates it. DescribeStacks of one stack that is in progress is
 * held back for at most a second: the SDKs' waiters ask a second time only after half a minute. Events are never held back.
 * Client quirks: the CDK asks for `ChangeSetNotFound` to know that a deleted change set is gone.
 */
import type { ResourceType, Service } from '../../gate/index.ts'
import { deleteChangeSet, describeChangeSet, listChangeSets } from './operations/change-sets.ts'
import { createChangeSet } from './operations/create-change-set.ts'
import { createStack } from './operations/create-stack.ts'
import { deleteStack } from './operations/delete-stack.ts'
import { describeStacks, listStacks } from './operations/describe-stacks.ts'
import { describeType } from './operations/describe-type.ts'
import { executeChangeSet } from './operations/execute-change-set.ts'
import { listExports, listImports } from './operations/exports.ts'
import { cancelUpdateStack, continueUpdateRollback } from './operations/rollback.ts'
import { describeStackEvents } from './operations/stack-events.ts'
import { describeStackResource, describeStackResources, listStackResources } from './operations/stack-resources.ts'
import { getStackPolicy, setStackPolicy, updateTerminationProtection } from './operations/stack-settings.ts'
import { getTemplate, getTemplateSummary, validateTemplate } from './operations/templates.ts'
import { updateStack } from './operations/update-stack.ts'
import { compiler as compilerOf } from './plan/index.ts'
import { registry as registryOf } from './registry/index.ts'
import { cloudFormationResourceTypes } from './resources.ts'
import { resourceWork, stackWork } from './run/index.ts'

/** The service, able to make resources of these types beside its own. */
export function cloudformationService(resourceTypes: readonly ResourceType[]): Service {
  const registry = registryOf([...cloudFormationResourceTypes, ...resourceTypes])
  const compiler = compilerOf(registry)
  return {
    name: 'cloudformation',
    sdk: [
      () => import('@aws-sdk/client-cloudformation').then(sdk => ({ module: sdk, client: sdk.CloudFormationClient })),
    ],
    denied: 'AccessDenied',
    operations: {
      CancelUpdateStack: cancelUpdateStack,
      ContinueUpdateRollback: continueUpdateRollback,
      CreateChangeSet: createChangeSet(compiler),
      CreateStack: createStack(compiler),
      DeleteChangeSet: deleteChangeSet,
      DeleteStack: deleteStack,
      DescribeChangeSet: describeChangeSet(compiler),
      DescribeStackEvents: describeStackEvents,
      DescribeStackResource: describeStackResource,
      DescribeStackResources: describeStackResources,
      DescribeStacks: describeStacks(compiler),
      DescribeType: describeType(registry),
      ExecuteChangeSet: executeChangeSet(compiler),
      GetStackPolicy: getStackPolicy,
      GetTemplate: getTemplate,
      GetTemplateSummary: getTemplateSummary(compiler),
      ListChangeSets: listChangeSets,
      ListExports: listExports,
      ListImports: listImports,
      ListStackResources: listStackResources,
      ListStacks: listStacks,
      SetStackPolicy: setStackPolicy,
      UpdateStack: updateStack(compiler),
      UpdateTerminationProtection: updateTerminationProtection,
      ValidateTemplate: validateTemplate(compiler),
    },
    works: [stackWork(compiler) as never, resourceWork(registry) as never],
  }
}
