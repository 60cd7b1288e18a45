import * as cloudformation from '@aws-sdk/client-cloudformation'
import { type Path, type Scene, STRANGE, sent, withRoles } from './path.ts'

const Capabilities = ['CAPABILITY_NAMED_IAM' as const]
const TemplateBody = JSON.stringify({ Resources: { P: { Type: 'AWS::S3::Bucket' } } })
const onStacks = (make: (stack: string, scene: Scene) => object) => (scene: Scene) =>
  [...scene.stacks, scene.train.workflowStack.name].map(name => [name, make(name, scene)] as const)

/** Ways to have CloudFormation make something as another role. */
export const stackPaths: readonly Path[] = [
  sent(
    'cloudformation',
    'a stack with a role',
    'cloudformation-001',
    ['iam:PassRole', 'cloudformation:CreateStack'],
    withRoles(
      ({ train }) => train.workflowStack.name,
      (StackName, RoleARN) => new cloudformation.CreateStackCommand({ StackName, RoleARN, TemplateBody, Capabilities }),
    ),
  ),
  sent('cloudformation', 'a stack with rights of its own', 'cloudformation-001', ['cloudformation:CreateStack'], () => [
    [STRANGE, new cloudformation.CreateStackCommand({ StackName: STRANGE, TemplateBody, Capabilities })],
  ]),
  sent(
    'cloudformation',
    'a stack changed',
    'cloudformation-002',
    ['cloudformation:UpdateStack'],
    onStacks(StackName => new cloudformation.UpdateStackCommand({ StackName, TemplateBody, Capabilities })),
  ),
  sent(
    'cloudformation',
    'a stack changed with a role',
    'cloudformation-002',
    ['iam:PassRole', 'cloudformation:UpdateStack'],
    scene =>
      [...scene.stacks, scene.train.workflowStack.name].flatMap(StackName =>
        scene.roles.map(
          ({ arn: RoleARN, label }) =>
            [
              `${label} for ${StackName}`,
              new cloudformation.UpdateStackCommand({ StackName, RoleARN, TemplateBody, Capabilities }),
            ] as const,
        ),
      ),
  ),
  sent(
    'cloudformation',
    'a change set',
    'cloudformation-005',
    ['cloudformation:CreateChangeSet'],
    onStacks(
      StackName =>
        new cloudformation.CreateChangeSetCommand({ StackName, ChangeSetName: STRANGE, TemplateBody, Capabilities }),
    ),
  ),
  sent(
    'cloudformation',
    'a stack deleted with a role',
    'the line',
    ['cloudformation:DeleteStack'],
    onStacks(
      (StackName, { home }) => new cloudformation.DeleteStackCommand({ StackName, RoleARN: home.administratorArn }),
    ),
  ),
  sent(
    'cloudformation',
    "a stack's policy",
    'the line',
    ['cloudformation:SetStackPolicy'],
    onStacks(StackName => new cloudformation.SetStackPolicyCommand({ StackName, StackPolicyBody: '{"Statement":[]}' })),
  ),
  sent(
    'cloudformation',
    "a stack's protection",
    'the line',
    ['cloudformation:UpdateTerminationProtection'],
    onStacks(
      StackName =>
        new cloudformation.UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
    ),
  ),
]
