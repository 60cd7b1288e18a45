import type * as iam from '@aws-sdk/client-iam'
import {
  type AnyOperation,
  accessKeys,
  type Call,
  operation,
  tagList,
  tagsOf,
  type User,
  users,
} from '../../gate/index.ts'
import { arnOf, boundaryShape, demandNew, demandOn, find, page, userKind, withBoundary } from './entity.ts'
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from './errors.ts'

const shape = (user: User) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: user.arn,
  CreateDate: new Date(user.created),
  ...boundaryShape(user),
  ...(Object.keys(user.tags).length === 0 ? {} : { Tags: tagList(user.tags) }),
})

/** Without a name, an operation on a user means the caller. */
const nameOf = (input: { UserName?: string | undefined }, call: Call) =>
  input.UserName ?? (call.principal.type === 'user' ? call.principal.arn.split('/').at(-1) : undefined)

const onUser =
  (action: string) =>
  (input: { UserName?: string | undefined }, { read, call }: Parameters<AnyOperation['authorize']>[1]) => [
    demandOn(read, userKind, call, action, nameOf(input, call)),
  ]

const createUser = operation<typeof iam, 'CreateUser'>({
  authorize: (input, { call }) =>
    demandNew(call, 'User', input.Path ?? '/', input.UserName ?? '', {
      boundary: input.PermissionsBoundary,
      tags: tagsOf(input.Tags),
    }),
  run(input, { tx, call, env }) {
    const name = input.UserName ?? ''
    if (users.get(tx, call.account, name) !== undefined) throw alreadyExists(`User with name ${name} already exists.`)
    const path = input.Path ?? '/'
    const user = users.put(tx, [call.account, name], {
      account: call.account,
      name,
      path,
      arn: arnOf(call.account, 'user', path, name),
      id: `AIDA${env.ids.base32(17)}`,
      created: call.now,
      inline: {},
      attached: [],
      groups: [],
      tags: tagsOf(input.Tags),
      ...withBoundary(tx, call.account, input.PermissionsBoundary),
    })
    return { User: shape(user) }
  },
})

const getUser = operation<typeof iam, 'GetUser'>({
  authorize: onUser('GetUser'),
  run: (input, { tx, call }) => ({ User: shape(find(tx, userKind, call.account, nameOf(input, call))) }),
})

const listUsers = operation<typeof iam, 'ListUsers'>({
  authorize: (input, { call }) => [
    { action: 'iam:ListUsers', resource: arnOf(call.account, 'user', input.PathPrefix ?? '/', '') },
  ],
  run(input, { tx, call }) {
    const { items, ...rest } = page([...users.list(tx, call.account)], input)
    return { Users: items.map(shape), ...rest }
  },
})

const keysOf = (read: Parameters<typeof accessKeys.list>[0], account: string, name: string) =>
  [...accessKeys.list(read)].filter(key => key.account === account && key.user === name)

const deleteUser = operation<typeof iam, 'DeleteUser'>({
  authorize: onUser('DeleteUser'),
  run(input, { tx, call }) {
    const user = find(tx, userKind, call.account, input.UserName)
    if (user.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.')
    if (Object.keys(user.inline).length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.')
    if (keysOf(tx, call.account, user.name).length > 0)
      throw deleteConflict('Cannot delete entity, must delete access keys first.')
    users.delete(tx, call.account, user.name)
    return {}
  },
})

const createAccessKey = operation<typeof iam, 'CreateAccessKey'>({
  authorize: onUser('CreateAccessKey'),
  run(input, { tx, call, env }) {
    const user = find(tx, userKind, call.account, nameOf(input, call))
    if (keysOf(tx, call.account, user.name).length >= 2)
      throw limitExceeded('Cannot exceed quota for AccessKeysPerUser: 2')
    const id = `AKIA${env.ids.base32(16)}`
    const secret = Buffer.from(env.ids.bytes(30)).toString('base64')
    accessKeys.put(tx, [id], { id, secret, account: call.account, user: user.name, active: true, created: call.now })
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: id,
        SecretAccessKey: secret,
        Status: 'Active',
        CreateDate: new Date(call.now),
      },
    }
  },
})

const listAccessKeys = operation<typeof iam, 'ListAccessKeys'>({
  authorize: onUser('ListAccessKeys'),
  run(input, { tx, call }) {
    const user = find(tx, userKind, call.account, nameOf(input, call))
    return {
      AccessKeyMetadata: keysOf(tx, call.account, user.name).map(key => ({
        UserName: user.name,
        AccessKeyId: key.id,
        Status: key.active ? 'Active' : 'Inactive',
        CreateDate: new Date(key.created),
      })),
      IsTruncated: false,
    }
  },
})

/** Of the user that the call was authorised on, and of no other. */
function ownKey(
  read: Parameters<typeof accessKeys.get>[0],
  call: Call,
  input: { UserName?: string | undefined; AccessKeyId: string | undefined },
) {
  const key = accessKeys.get(read, input.AccessKeyId ?? '')
  if (key === undefined || key.account !== call.account || key.user !== nameOf(input, call))
    throw noSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`)
  return key
}

const updateAccessKey = operation<typeof iam, 'UpdateAccessKey'>({
  authorize: onUser('UpdateAccessKey'),
  run(input, { tx, call }) {
    const key = ownKey(tx, call, input)
    accessKeys.put(tx, [key.id], { ...key, active: input.Status === 'Active' })
    return {}
  },
})

const deleteAccessKey = operation<typeof iam, 'DeleteAccessKey'>({
  authorize: onUser('DeleteAccessKey'),
  run(input, { tx, call }) {
    accessKeys.delete(tx, ownKey(tx, call, input).id)
    return {}
  },
})

export const userOperations: Record<string, AnyOperation> = {
  CreateAccessKey: createAccessKey,
  CreateUser: createUser,
  DeleteAccessKey: deleteAccessKey,
  DeleteUser: deleteUser,
  GetUser: getUser,
  ListAccessKeys: listAccessKeys,
  ListUsers: listUsers,
  UpdateAccessKey: updateAccessKey,
}
