import type * as iam from '@aws-sdk/client-iam'
import type { Reader } from '../../engine/index.ts'
import { type AnyOperation, operation, type Role, roles, tagList, tagsOf } from '../../gate/index.ts'
import {
  arnOf,
  boundaryShape,
  change,
  demandNew,
  demandOn,
  encoded,
  find,
  page,
  roleKind,
  withBoundary,
} from './entity.ts'
import { alreadyExists, deleteConflict, invalidInput } from './errors.ts'
import { checkTrust, trustOf } from './policy-text.ts'

const shape = (read: Reader, role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.created),
  AssumeRolePolicyDocument: encoded(trustOf(read, role)),
  MaxSessionDuration: role.maxSession,
  ...(role.description === undefined ? {} : { Description: role.description }),
  ...boundaryShape(role),
  ...(Object.keys(role.tags).length === 0 ? {} : { Tags: tagList(role.tags) }),
})

const onRole =
  (action: string) =>
  (input: { RoleName: string | undefined }, { read, call }: Parameters<AnyOperation['authorize']>[1]) => [
    demandOn(read, roleKind, call, action, input.RoleName),
  ]

const createRole = operation<typeof iam, 'CreateRole'>({
  authorize: (input, { call }) =>
    demandNew(call, 'Role', input.Path ?? '/', input.RoleName ?? '', {
      boundary: input.PermissionsBoundary,
      tags: tagsOf(input.Tags),
    }),
  run(input, { tx, call, env }) {
    const name = input.RoleName ?? ''
    if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
      throw invalidInput(
        `1 validation error detected: Value '${name}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
      )
    }
    if (roles.get(tx, call.account, name) !== undefined) throw alreadyExists(`Role with name ${name} already exists.`)
    const path = input.Path ?? '/'
    const role = roles.put(tx, [call.account, name], {
      account: call.account,
      name,
      path,
      arn: arnOf(call.account, 'role', path, name),
      id: `AROA${env.ids.base32(17)}`,
      created: call.now,
      inline: {},
      attached: [],
      tags: tagsOf(input.Tags),
      ...checkTrust(tx, input.AssumeRolePolicyDocument),
      maxSession: input.MaxSessionDuration ?? 3600,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...withBoundary(tx, call.account, input.PermissionsBoundary),
    })
    return { Role: shape(tx, role) }
  },
})

const getRole = operation<typeof iam, 'GetRole'>({
  authorize: onRole('GetRole'),
  run: (input, { tx, call }) => ({ Role: shape(tx, find(tx, roleKind, call.account, input.RoleName)) }),
})

const listRoles = operation<typeof iam, 'ListRoles'>({
  authorize: (input, { call }) => [
    { action: 'iam:ListRoles', resource: arnOf(call.account, 'role', input.PathPrefix ?? '/', '') },
  ],
  run(input, { tx, call }) {
    const all = [...roles.list(tx, call.account)].filter(role => role.path.startsWith(input.PathPrefix ?? '/'))
    const { items, ...rest } = page(all, input)
    return { Roles: items.map(role => shape(tx, role)), ...rest }
  },
})

const deleteRole = operation<typeof iam, 'DeleteRole'>({
  authorize: onRole('DeleteRole'),
  run(input, { tx, call }) {
    const role = find(tx, roleKind, call.account, input.RoleName)
    if (role.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
    if (Object.keys(role.inline).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
    roles.delete(tx, call.account, role.name)
    return {}
  },
})

const updateRole = operation<typeof iam, 'UpdateRole'>({
  authorize: onRole('UpdateRole'),
  run(input, { tx, call }) {
    change(tx, roleKind, call.account, input.RoleName, role => ({
      ...role,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      maxSession: input.MaxSessionDuration ?? role.maxSession,
    }))
    return {}
  },
})

const updateAssumeRolePolicy = operation<typeof iam, 'UpdateAssumeRolePolicy'>({
  authorize: onRole('UpdateAssumeRolePolicy'),
  run(input, { tx, call }) {
    const checked = checkTrust(tx, input.PolicyDocument)
    change(tx, roleKind, call.account, input.RoleName, role => ({ ...role, ...checked }))
    return {}
  },
})

export const roleOperations: Record<string, AnyOperation> = {
  CreateRole: createRole,
  DeleteRole: deleteRole,
  GetRole: getRole,
  ListRoles: listRoles,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateRole: updateRole,
}
