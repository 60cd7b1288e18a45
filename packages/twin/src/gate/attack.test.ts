import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  a,
  accountOf,
  allow,
  as,
  assume,
  b,
  begin,
  end,
  everything,
  get,
  git,
  keysOf,
  owner,
  place,
  policy,
  put,
  refused,
  role,
  roleArn,
  trust,
  user,
  who,
} from './attack.fixture.ts'

beforeAll(begin)
afterAll(end)

describe('sessions', () => {
  test('a session policy narrows and never widens', async () => {
    await role(a, 'reader', trust(accountOf(a)), allow({ Action: 's3:GetObject', Resource: '*' }))
    const wide = await assume(place.it.operator(a), roleArn(a, 'reader'), { Policy: everything })
    await as(wide)('s3', get())
    await refused(as(wide)('s3', put()))
    const narrow = await assume(place.it.operator(a), roleArn(a, 'open'), {
      Policy: allow({ Action: 's3:Put*', Resource: '*' }),
    })
    await refused(as(narrow)('s3', get()))
    await refused(assume(narrow, roleArn(a, 'reader')))
  })

  test('a chain of roles lasts an hour, whatever the role grants', async () => {
    await role(a, 'long', trust(accountOf(a)), everything, { MaxSessionDuration: 43_200 })
    await assume(place.it.operator(a), roleArn(a, 'long'), { DurationSeconds: 43_200 })
    const first = await assume(place.it.operator(a), roleArn(a, 'open'))
    await refused(assume(first, roleArn(a, 'long'), { DurationSeconds: 3_601 }), 'ValidationError')
    await refused(assume(first, roleArn(a, 'long'), { DurationSeconds: -1 }), 'ValidationError')
    await refused(assume(place.it.operator(a), roleArn(a, 'open'), { DurationSeconds: 3_601 }), 'ValidationError')
  })

  test('a session dies with its role, and a new role of that name does not bring it back', async () => {
    await role(a, 'mortal', trust(accountOf(a)))
    const keys = await assume(place.it.operator(a), roleArn(a, 'mortal'))
    await as(keys)('sts', who())
    await owner(a)('iam', new iam.DeleteRolePolicyCommand({ RoleName: 'mortal', PolicyName: 'own' }))
    await owner(a)('iam', new iam.DeleteRoleCommand({ RoleName: 'mortal' }))
    await refused(as(keys)('sts', who()), 'InvalidClientTokenId')
    await role(a, 'mortal', trust(accountOf(a)))
    await refused(as(keys)('sts', who()), 'InvalidClientTokenId')
    await refused(as(keys)('s3', get()), /Invalid/)
  })

  test('a token goes with its own key, in its own time, and does not renew itself', async () => {
    const keys = await user(a, 'brief')
    const made = await as(keys)<sts.GetSessionTokenCommandOutput>(
      'sts',
      new sts.GetSessionTokenCommand({ DurationSeconds: 900 }),
    )
    const session = keysOf(made.Credentials)
    const other = await assume(place.it.operator(a), roleArn(a, 'open'))
    const { sessionToken: _token, ...bare } = other
    for (const wrong of [
      bare,
      { ...other, sessionToken: session.sessionToken ?? '' },
      { ...keys, sessionToken: session.sessionToken ?? '' },
      { ...other, secretAccessKey: session.secretAccessKey },
    ]) {
      await refused(as(wrong)('sts', who()), /InvalidClientTokenId|SignatureDoesNotMatch/)
    }
    await as(session)('s3', get())
    await refused(as(session)('sts', new sts.GetSessionTokenCommand({})))
    await refused(as(session)('iam', new iam.ListUsersCommand({})), 'InvalidClientTokenId')
    const forever = new sts.GetSessionTokenCommand({ DurationSeconds: 1e9 })
    await refused(as(keys)('sts', forever), 'ValidationError')
    place.now += 900_000
    await refused(as(session)('sts', who()), 'ExpiredToken')
    expect(await git(session)).toBe(403)
    expect(await git(keys)).toBe(200)
  })

  test('source identity and transitive tags outlive a chain unchanged', async () => {
    await role(a, 'tagged', trust(accountOf(a), { StringEquals: { 'aws:PrincipalTag/team': 'red' } }))
    const red = { Tags: [{ Key: 'Team', Value: 'red' }], TransitiveTagKeys: ['Team'], SourceIdentity: 'ada' }
    await refused(assume(await assume(place.it.operator(a), roleArn(a, 'open')), roleArn(a, 'tagged')))
    const first = await assume(place.it.operator(a), roleArn(a, 'open'), red)
    const second = await assume(first, roleArn(a, 'tagged'))
    await assume(second, roleArn(a, 'tagged'))
    await refused(assume(second, roleArn(a, 'tagged'), { SourceIdentity: 'eve' }))
    await refused(assume(second, roleArn(a, 'tagged'), { Tags: [{ Key: 'team', Value: 'blue' }] }), 'ValidationError')
    const twice = [
      { Key: 'team', Value: 'red' },
      { Key: 'Team', Value: 'blue' },
    ]
    await refused(assume(place.it.operator(a), roleArn(a, 'open'), { Tags: twice }), 'ValidationError')
  })
})

describe('users and their keys', () => {
  test('a key that is inactive or deleted works no more', async () => {
    const keys = await user(a, 'leaver')
    const id = { UserName: 'leaver', AccessKeyId: keys.accessKeyId }
    await as(keys)('sts', who())
    await owner(a)('iam', new iam.UpdateAccessKeyCommand({ ...id, Status: 'Inactive' }))
    await refused(as(keys)('sts', who()), 'InvalidClientTokenId')
    expect(await git(keys)).toBe(403)
    await owner(a)('iam', new iam.DeleteAccessKeyCommand(id))
    await refused(as(keys)('sts', who()), 'InvalidClientTokenId')
  })

  test("who may manage the own keys does not reach another's", async () => {
    const own = `arn:aws:iam::${a}:user/\${aws:username}`
    const mallory = await user(a, 'mallory', allow({ Action: 'iam:*AccessKey', Resource: own }))
    const victim = await user(a, 'victim')
    for (const UserName of [undefined, 'mallory', 'victim']) {
      const id = { UserName, AccessKeyId: victim.accessKeyId }
      await refused(as(mallory)('iam', new iam.DeleteAccessKeyCommand(id)), /NoSuchEntity|AccessDenied/)
      await refused(
        as(mallory)('iam', new iam.UpdateAccessKeyCommand({ ...id, Status: 'Inactive' })),
        /NoSuchEntity|AccessDenied/,
      )
    }
    await as(victim)('sts', who())
  })

  test('a boundary holds: from the creation on, and also once somebody tries to delete it', async () => {
    const made = await owner(a)<iam.CreatePolicyCommandOutput>(
      'iam',
      new iam.CreatePolicyCommand({ PolicyName: 'fence', PolicyDocument: allow({ Action: 's3:Get*', Resource: '*' }) }),
    )
    const PolicyArn = made.Policy?.Arn ?? ''
    const keys = await user(a, 'fenced', everything, { PermissionsBoundary: PolicyArn })
    await as(keys)('s3', get())
    await refused(as(keys)('s3', put()))
    await refused(owner(a)('iam', new iam.DeletePolicyCommand({ PolicyArn })), /DeleteConflict/)
    await refused(as(keys)('s3', put()))
    const none = { PermissionsBoundary: `arn:aws:iam::${a}:policy/none` }
    await refused(user(a, 'unfenced', everything, none), /NoSuchEntity/)
    await refused(role(a, 'unfenced', trust(accountOf(a)), everything, none), /NoSuchEntity/)
    const attach = new iam.AttachUserPolicyCommand({ UserName: 'administrator', PolicyArn })
    await refused(owner(b)('iam', attach), /NoSuchEntity/)
  })

  test.each<[string, object[], 'ok' | 'no']>([
    ['NotAction allows the rest', [{ Effect: 'Allow', NotAction: 's3:PutObject', Resource: '*' }], 'ok'],
    ['NotAction does not allow what it lists', [{ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }], 'no'],
    [
      'NotResource does not allow what it lists',
      [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::vault/*' }],
      'no',
    ],
    [
      'a deny of all but others',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', NotAction: 'iam:*', Resource: '*' },
      ],
      'no',
    ],
    [
      'a key that needs a device',
      [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }],
      'no',
    ],
    [
      'an organization',
      [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
      'no',
    ],
    [
      'the own tag',
      [
        {
          Effect: 'Allow',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalTag/Level': 'high' } },
        },
      ],
      'ok',
    ],
    [
      "another account's things",
      [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:ResourceAccount': b } } }],
      'no',
    ],
  ])('%s', async (name, statements, expected) => {
    const Tags = [{ Key: 'level', Value: 'high' }]
    const call = as(await user(a, name.replace(/\W/g, ''), policy(...statements), { Tags }))('s3', get())
    await (expected === 'ok' ? call : refused(call))
  })

  test('a tag on a role decides who may change it', async () => {
    await role(a, 'crown', trust(accountOf(a)), everything, { Tags: [{ Key: 'kind', Value: 'royal' }] })
    const condition = { StringNotEquals: { 'iam:ResourceTag/kind': 'royal', 'aws:ResourceTag/kind': 'royal' } }
    const keys = await user(a, 'commoner', allow({ Action: 'iam:*', Resource: '*', Condition: condition }))
    const touch = (RoleName: string) => as(keys)('iam', new iam.UpdateRoleCommand({ RoleName, Description: 'mine' }))
    await touch('open')
    await refused(touch('crown'))
  })
})
