import type * as iam from '@aws-sdk/client-iam'
import type { Reader } from '../../engine/index.ts'
import {
  type AnyOperation,
  type Context,
  type Demand,
  type ManagedPolicy,
  managedPolicies,
  operation,
  roles,
  tagList,
  tagsOf,
  users,
} from '../../gate/index.ts'
import { arnOf, encoded, page } from './entity.ts'
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from './errors.ts'
import { checkPolicy, sizeOf } from './policy-text.ts'

const sizeLimit = 6144
const versionLimit = 5

const attachments = (read: Reader, arn: string) => [
  ...[...roles.list(read)].filter(role => role.attached.includes(arn)),
  ...[...users.list(read)].filter(user => user.attached.includes(arn)),
]

const bounded = (read: Reader, arn: string) =>
  [...roles.list(read), ...users.list(read)].filter(({ boundary }) => boundary === arn).length

const shape = (read: Reader, policy: ManagedPolicy) => ({
  PolicyName: policy.name,
  PolicyId: policy.id,
  Arn: policy.arn,
  Path: policy.path,
  DefaultVersionId: policy.default,
  AttachmentCount: attachments(read, policy.arn).length,
  PermissionsBoundaryUsageCount: bounded(read, policy.arn),
  IsAttachable: true,
  CreateDate: new Date(policy.created),
  UpdateDate: new Date(policy.updated),
  ...(policy.description === undefined ? {} : { Description: policy.description }),
  ...(Object.keys(policy.tags).length === 0 ? {} : { Tags: tagList(policy.tags) }),
})

function find(read: Reader, arn: string | undefined): ManagedPolicy {
  const policy = managedPolicies.get(read, arn ?? '')
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`)
  return policy
}

const onPolicy = (action: string) => (input: { PolicyArn: string | undefined }) => [
  { action: `iam:${action}`, resource: input.PolicyArn ?? '' },
]

/** AWS's policies belong to every account that reads them, and to none that would change them. */
const readsPolicy =
  (action: string) =>
  (input: { PolicyArn: string | undefined }, { call }: Pick<Context, 'call'>): Demand[] =>
    onPolicy(action)(input).map(demand =>
      demand.resource.startsWith('arn:aws:iam::aws:') ? { ...demand, account: call.account } : demand,
    )

function sized(text: string | undefined): string {
  const document = checkPolicy(text, 'managed')
  if (sizeOf(document) > sizeLimit) throw limitExceeded(`Cannot exceed quota for PolicySize: ${sizeLimit}`)
  return document
}

const createPolicy = operation<typeof iam, 'CreatePolicy'>({
  authorize: (input, { call }) => [
    { action: 'iam:CreatePolicy', resource: arnOf(call.account, 'policy', input.Path ?? '/', input.PolicyName ?? '') },
  ],
  run(input, { tx, call, env }) {
    const name = input.PolicyName ?? ''
    const path = input.Path ?? '/'
    const arn = arnOf(call.account, 'policy', path, name)
    if (managedPolicies.get(tx, arn) !== undefined) {
      throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`)
    }
    const policy = managedPolicies.put(tx, [arn], {
      account: call.account,
      name,
      path,
      arn,
      id: `ANPA${env.ids.base32(17)}`,
      created: call.now,
      updated: call.now,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      versions: [{ id: 'v1', document: sized(input.PolicyDocument), created: call.now }],
      default: 'v1',
      nextVersion: 2,
      tags: tagsOf(input.Tags),
    })
    return { Policy: shape(tx, policy) }
  },
})

const getPolicy = operation<typeof iam, 'GetPolicy'>({
  authorize: readsPolicy('GetPolicy'),
  run: (input, { tx }) => ({ Policy: shape(tx, find(tx, input.PolicyArn)) }),
})

const listPolicies = operation<typeof iam, 'ListPolicies'>({
  authorize: () => [{ action: 'iam:ListPolicies', resource: '*' }],
  run(input, { tx, call }) {
    const wanted = [...managedPolicies.list(tx)].filter(
      policy =>
        (policy.account === call.account && input.Scope !== 'AWS') ||
        (policy.account === 'aws' && input.Scope !== 'Local'),
    )
    const { items, ...rest } = page(wanted, input)
    return { Policies: items.map(policy => shape(tx, policy)), ...rest }
  },
})

const deletePolicy = operation<typeof iam, 'DeletePolicy'>({
  authorize: onPolicy('DeletePolicy'),
  run(input, { tx }) {
    const policy = find(tx, input.PolicyArn)
    if (attachments(tx, policy.arn).length + bounded(tx, policy.arn) > 0)
      throw deleteConflict('Cannot delete a policy attached to entities.')
    if (policy.versions.length > 1)
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      )
    managedPolicies.delete(tx, policy.arn)
    return {}
  },
})

const createPolicyVersion = operation<typeof iam, 'CreatePolicyVersion'>({
  authorize: onPolicy('CreatePolicyVersion'),
  run(input, { tx, call }) {
    const policy = find(tx, input.PolicyArn)
    if (policy.versions.length >= versionLimit) {
      throw limitExceeded(
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
      )
    }
    const id = `v${policy.nextVersion}`
    managedPolicies.put(tx, [policy.arn], {
      ...policy,
      updated: call.now,
      versions: [...policy.versions, { id, document: sized(input.PolicyDocument), created: call.now }],
      default: input.SetAsDefault === true ? id : policy.default,
      nextVersion: policy.nextVersion + 1,
    })
    return {
      PolicyVersion: { VersionId: id, IsDefaultVersion: input.SetAsDefault === true, CreateDate: new Date(call.now) },
    }
  },
})

function version(policy: ManagedPolicy, id: string | undefined) {
  const found = policy.versions.find(candidate => candidate.id === id)
  if (found === undefined) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`)
  return found
}

const getPolicyVersion = operation<typeof iam, 'GetPolicyVersion'>({
  authorize: readsPolicy('GetPolicyVersion'),
  run(input, { tx }) {
    const policy = find(tx, input.PolicyArn)
    const { id, document, created } = version(policy, input.VersionId)
    return {
      PolicyVersion: {
        Document: encoded(document),
        VersionId: id,
        IsDefaultVersion: id === policy.default,
        CreateDate: new Date(created),
      },
    }
  },
})

const listPolicyVersions = operation<typeof iam, 'ListPolicyVersions'>({
  authorize: readsPolicy('ListPolicyVersions'),
  run(input, { tx }) {
    const policy = find(tx, input.PolicyArn)
    const { items, ...rest } = page(policy.versions, input)
    return {
      Versions: items.map(({ id, created }) => ({
        VersionId: id,
        IsDefaultVersion: id === policy.default,
        CreateDate: new Date(created),
      })),
      ...rest,
    }
  },
})

const deletePolicyVersion = operation<typeof iam, 'DeletePolicyVersion'>({
  authorize: onPolicy('DeletePolicyVersion'),
  run(input, { tx }) {
    const policy = find(tx, input.PolicyArn)
    const { id } = version(policy, input.VersionId)
    if (id === policy.default) throw deleteConflict('Cannot delete the default version of a policy.')
    managedPolicies.put(tx, [policy.arn], { ...policy, versions: policy.versions.filter(other => other.id !== id) })
    return {}
  },
})

const setDefaultPolicyVersion = operation<typeof iam, 'SetDefaultPolicyVersion'>({
  authorize: onPolicy('SetDefaultPolicyVersion'),
  run(input, { tx, call }) {
    const policy = find(tx, input.PolicyArn)
    managedPolicies.put(tx, [policy.arn], {
      ...policy,
      default: version(policy, input.VersionId).id,
      updated: call.now,
    })
    return {}
  },
})

export const managedPolicyOperations: Record<string, AnyOperation> = {
  CreatePolicy: createPolicy,
  CreatePolicyVersion: createPolicyVersion,
  DeletePolicy: deletePolicy,
  DeletePolicyVersion: deletePolicyVersion,
  GetPolicy: getPolicy,
  GetPolicyVersion: getPolicyVersion,
  ListPolicies: listPolicies,
  ListPolicyVersions: listPolicyVersions,
  SetDefaultPolicyVersion: setDefaultPolicyVersion,
}
