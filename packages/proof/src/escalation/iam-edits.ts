/** What an entry gives: the rights of its target, or any right in the account. */
export interface IamEdit {
  readonly name: string
  readonly actions: readonly string[]
  readonly target: 'role' | 'user' | 'group' | 'policy'
  readonly gives: 'target' | 'anything'
  readonly does: string
  readonly page: string
}

const paths = (id: string) => `https://pathfinding.cloud/paths/${id}`
const BOUNDARIES = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html'

/**
 * Whoever edits what another may do is taken as an administrator, whether or not he can become that other today: each of these is
 * half of a way, and the other half is for whoever has it to find.
 */
export const IAM_EDITS: readonly IamEdit[] = [
  {
    name: 'put-role-policy',
    actions: ['iam:PutRolePolicy'],
    target: 'role',
    gives: 'anything',
    does: 'can write any policy into a role, and so become',
    page: paths('iam-005'),
  },
  {
    name: 'rewrite-trust',
    actions: ['iam:UpdateAssumeRolePolicy'],
    target: 'role',
    gives: 'target',
    does: 'can rewrite the trust policy of',
    page: paths('iam-012'),
  },
  {
    name: 'attach-role-policy',
    actions: ['iam:AttachRolePolicy'],
    target: 'role',
    gives: 'anything',
    does: 'can attach any policy to a role, and so become',
    page: paths('iam-009'),
  },
  {
    name: 'take-off-boundary',
    actions: ['iam:DeleteRolePermissionsBoundary'],
    target: 'role',
    gives: 'anything',
    does: 'can take the permissions boundary off a role, and so become',
    page: BOUNDARIES,
  },
  {
    name: 'widen-boundary',
    actions: ['iam:PutRolePermissionsBoundary'],
    target: 'role',
    gives: 'anything',
    does: 'can widen the permissions boundary of a role, and so become',
    page: BOUNDARIES,
  },
  {
    name: 'new-policy-version',
    actions: ['iam:CreatePolicyVersion'],
    target: 'policy',
    gives: 'anything',
    does: 'can rewrite a managed policy, and so become',
    page: paths('iam-001'),
  },
  {
    name: 'older-policy-version',
    actions: ['iam:SetDefaultPolicyVersion'],
    target: 'policy',
    gives: 'anything',
    does: 'can bring back an older version of a managed policy, and so become',
    page: 'https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/',
  },
  {
    name: 'put-user-policy',
    actions: ['iam:PutUserPolicy'],
    target: 'user',
    gives: 'anything',
    does: 'can write any policy into a user, and so become',
    page: paths('iam-011'),
  },
  {
    name: 'attach-user-policy',
    actions: ['iam:AttachUserPolicy'],
    target: 'user',
    gives: 'anything',
    does: 'can attach any policy to a user, and so become',
    page: paths('iam-008'),
  },
  {
    name: 'put-group-policy',
    actions: ['iam:PutGroupPolicy'],
    target: 'group',
    gives: 'anything',
    does: 'can write any policy into a group, and so become',
    page: paths('iam-013'),
  },
  {
    name: 'attach-group-policy',
    actions: ['iam:AttachGroupPolicy'],
    target: 'group',
    gives: 'anything',
    does: 'can attach any policy to a group, and so become',
    page: paths('iam-010'),
  },
  {
    name: 'join-group',
    actions: ['iam:AddUserToGroup'],
    target: 'group',
    gives: 'anything',
    does: 'can join any group that it names, and so become',
    page: paths('iam-007'),
  },
  {
    name: 'create-access-key',
    actions: ['iam:CreateAccessKey'],
    target: 'user',
    gives: 'target',
    does: 'can make an access key of',
    page: paths('iam-002'),
  },
  {
    name: 'create-password',
    actions: ['iam:CreateLoginProfile'],
    target: 'user',
    gives: 'target',
    does: 'can make a password of',
    page: paths('iam-004'),
  },
  {
    name: 'change-password',
    actions: ['iam:UpdateLoginProfile'],
    target: 'user',
    gives: 'target',
    does: 'can change the password of',
    page: paths('iam-006'),
  },
]
