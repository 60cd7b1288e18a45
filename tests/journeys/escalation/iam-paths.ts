import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { BYSTANDERS } from './bystanders.ts'
import { decided, everything, type Path, type RoleTarget, type Scene, sent } from './path.ts'

const UserName = BYSTANDERS.user
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess'
const PolicyDocument = everything

const onRoles = (make: (role: RoleTarget, scene: Scene) => object) => (scene: Scene) =>
  scene.roles.map(role => [role.label, make(role, scene)] as const)

const trustOf = (arn: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' }],
  })

/** Ways to edit who may do what. https://pathfinding.cloud/paths names them `iam-001` and so on. */
export const iamPaths: readonly Path[] = [
  sent('iam', 'a new version of a policy', 'iam-001', ['iam:CreatePolicyVersion'], ({ home }) => [
    ['policy', new iam.CreatePolicyVersionCommand({ PolicyArn: home.policyArn, PolicyDocument, SetAsDefault: true })],
  ]),
  sent('iam', 'an older version of a policy', 'Rhino 2', ['iam:SetDefaultPolicyVersion'], ({ home }) => [
    ['policy', new iam.SetDefaultPolicyVersionCommand({ PolicyArn: home.policyArn, VersionId: 'v1' })],
  ]),
  sent('iam', 'a key for a user', 'iam-002', ['iam:CreateAccessKey'], () => [
    ['user', new iam.CreateAccessKeyCommand({ UserName })],
    ['administrator', new iam.CreateAccessKeyCommand({ UserName: 'administrator' })],
  ]),
  sent('iam', 'one key of a user for another', 'iam-003', ['iam:DeleteAccessKey'], ({ home }) => [
    ['user', new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: home.accessKeyId })],
  ]),
  sent('iam', 'a key that was put out of use', 'PMapper', ['iam:UpdateAccessKey'], ({ home }) => [
    ['user', new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId: home.accessKeyId, Status: 'Active' })],
  ]),
  sent('iam', "a user's own policy", 'iam-011', ['iam:PutUserPolicy'], () => [
    ['user', new iam.PutUserPolicyCommand({ UserName, PolicyName: 'more', PolicyDocument })],
  ]),
  sent('iam', 'a policy attached to a user', 'iam-008', ['iam:AttachUserPolicy'], () => [
    ['user', new iam.AttachUserPolicyCommand({ UserName, PolicyArn: admin })],
  ]),
  sent(
    'iam',
    "a role's own policy",
    'iam-005',
    ['iam:PutRolePolicy'],
    onRoles(({ name: RoleName }) => new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'more', PolicyDocument })),
  ),
  sent(
    'iam',
    'a policy attached to a role',
    'iam-009',
    ['iam:AttachRolePolicy'],
    onRoles(({ name: RoleName }) => new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: admin })),
  ),
  sent(
    'iam',
    "a role's trust",
    'iam-012',
    ['iam:UpdateAssumeRolePolicy'],
    onRoles(
      ({ name: RoleName }, { actor }) =>
        new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf(actor.arn) }),
    ),
  ),
  sent(
    'iam',
    "a role's boundary taken off",
    'PMapper',
    ['iam:DeleteRolePermissionsBoundary'],
    onRoles(({ name: RoleName }) => new iam.DeleteRolePermissionsBoundaryCommand({ RoleName })),
  ),
  sent(
    'iam',
    "a role's boundary widened",
    'PMapper',
    ['iam:PutRolePermissionsBoundary'],
    onRoles(
      ({ name: RoleName }) => new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: admin }),
    ),
  ),
  sent(
    'iam',
    'a denying policy taken off a role',
    'Rhino',
    ['iam:DeleteRolePolicy'],
    onRoles(({ name: RoleName }) => new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: 'access' })),
  ),
  sent('iam', 'a policy detached from a role', 'Rhino', ['iam:DetachRolePolicy'], ({ home }) => [
    [BYSTANDERS.analyst, new iam.DetachRolePolicyCommand({ RoleName: BYSTANDERS.analyst, PolicyArn: home.policyArn })],
  ]),
  sent(
    'iam',
    'longer sessions of a role',
    'the line',
    ['iam:UpdateRole'],
    onRoles(({ name: RoleName }) => new iam.UpdateRoleCommand({ RoleName, MaxSessionDuration: 43_200 })),
  ),
  sent(
    'iam',
    'tags that conditions ask for',
    'PMapper',
    ['iam:TagRole'],
    onRoles(({ name: RoleName }) => new iam.TagRoleCommand({ RoleName, Tags: [{ Key: 'team', Value: 'admin' }] })),
  ),
  sent(
    'iam',
    'a role deleted, to be made anew under its trusted name',
    'the line',
    ['iam:DeleteRole'],
    onRoles(({ name: RoleName }) => new iam.DeleteRoleCommand({ RoleName })),
  ),
  sent('iam', 'a role of its own', 'Rhino', ['iam:CreateRole'], ({ actor, names, account }) => [
    ['a new role', new iam.CreateRoleCommand({ RoleName: 'escalation', AssumeRolePolicyDocument: trustOf(actor.arn) })],
    // Trusts are by name: a role of a name that other accounts trust would do.
    [
      'a trusted name',
      new iam.CreateRoleCommand({
        RoleName: names.pipelineRole.name,
        Path: `/${account}/`,
        AssumeRolePolicyDocument: trustOf(actor.arn),
      }),
    ],
  ]),
  sent('iam', 'a user of its own', 'Rhino', ['iam:CreateUser'], () => [
    ['a new user', new iam.CreateUserCommand({ UserName: 'escalation' })],
  ]),
  sent('iam', 'a policy of its own', 'PMapper', ['iam:CreatePolicy'], () => [
    ['a new policy', new iam.CreatePolicyCommand({ PolicyName: 'escalation', PolicyDocument })],
  ]),
  sent('sts', "another role's session", 'sts-001', ['sts:AssumeRole'], ({ everyRole }) =>
    everyRole.map(({ arn, label }) => [
      label,
      new sts.AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'escalation' }),
    ]),
  ),
  sent('sts', "another role's session, with tags", 'sts-001', ['sts:AssumeRole', 'sts:TagSession'], ({ everyRole }) =>
    everyRole.map(({ arn, label }) => [
      label,
      new sts.AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: 'escalation',
        Tags: [{ Key: 'team', Value: 'admin' }],
      }),
    ]),
  ),
  sent('sts', 'what a denial says in secret', 'the line', ['sts:DecodeAuthorizationMessage'], () => [
    ['a message', new sts.DecodeAuthorizationMessageCommand({ EncodedMessage: 'x' })],
  ]),
  decided('a password for a user', 'iam-004', ['iam:CreateLoginProfile']),
  decided("a user's password changed", 'iam-006', ['iam:UpdateLoginProfile']),
  decided("a group's own policy", 'iam-013', ['iam:PutGroupPolicy']),
  decided('a policy attached to a group', 'iam-010', ['iam:AttachGroupPolicy']),
  decided('a group with more rights', 'iam-007', ['iam:AddUserToGroup']),
  decided("a user's boundary taken off", 'PMapper', ['iam:DeleteUserPermissionsBoundary']),
  decided('a service-linked role', 'PMapper', ['iam:CreateServiceLinkedRole']),
  decided('a device that vouches for a user', 'PMapper', ['iam:DeactivateMFADevice']),
  decided('an identity provider that accounts trust', 'PMapper', ['iam:UpdateSAMLProvider']),
  decided('an OpenID provider that accounts trust', 'PMapper', ['iam:UpdateOpenIDConnectProviderThumbprint']),
  decided("a service's password of a user", 'PMapper', ['iam:ResetServiceSpecificCredential']),
  decided('a federated session', 'AWS', ['sts:GetFederationToken']),
  decided("a member account's root", 'AWS', ['sts:AssumeRoot']),
]
