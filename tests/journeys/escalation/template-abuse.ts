import * as cloudformation from '@aws-sdk/client-cloudformation'
import { sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import { BYSTANDERS } from './bystanders.ts'
import { everything, type Scene, type Template } from './path.ts'

type Resource = Template['Resources'][string]

const trust = (arn: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: arn }, Action: 'sts:AssumeRole' }],
})
const all = JSON.parse(everything) as object

/** What a committer could write into the workflow's template, beside the state machine: nothing of it may be made. */
export const RESOURCES: Readonly<Record<string, (scene: Scene) => Resource>> = {
  'a role': ({ actor }) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: trust(actor.arn), Policies: [{ PolicyName: 'all', PolicyDocument: all }] },
  }),
  'a policy of the training role': ({ train }) => ({
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'all', PolicyDocument: all, Roles: [train.trainingRole.name] },
  }),
  'a managed policy of its own role': ({ train }) => ({
    Type: 'AWS::IAM::ManagedPolicy',
    Properties: { PolicyDocument: all, Roles: [train.cloudformationRole.name] },
  }),
  'a user': () => ({ Type: 'AWS::IAM::User', Properties: { UserName: 'escalation' } }),
  "a function with the administrator's role": ({ home }) => ({
    Type: 'AWS::Lambda::Function',
    Properties: {
      Role: home.administratorArn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: 'exports.handler = async () => {}' },
    },
  }),
  'a function opened to everyone': () => ({
    Type: 'AWS::Lambda::Permission',
    Properties: { FunctionName: BYSTANDERS.function, Action: 'lambda:InvokeFunction', Principal: '*' },
  }),
  "a state machine of another name with the workflow's role": ({ train }) =>
    machine('escalation', train.workflowRole.arn),
  "a state machine with the administrator's role": ({ home }) => machine('churn-train-2', home.administratorArn),
  "the bucket's policy": ({ names }) => ({
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: names.bucket, PolicyDocument: all },
  }),
  'a key': () => ({ Type: 'AWS::KMS::Key', Properties: {} }),
  'a rule with a target and a role': ({ home }) => ({
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['people'] },
      Targets: [{ Id: 'x', Arn: home.machineArn, RoleArn: home.administratorArn }],
    },
  }),
}

const machine = (StateMachineName: string, RoleArn: string): Resource => ({
  Type: 'AWS::StepFunctions::StateMachine',
  Properties: {
    StateMachineName,
    RoleArn,
    Definition: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
  },
})

/** Why the resource came to nothing; the stack is as it was before. */
export const addResource = (scene: Scene, what: string, resource: Resource): Promise<string> =>
  refused(scene, what, logicalId(what), template => ({
    ...template,
    Resources: { ...template.Resources, [logicalId(what)]: resource },
  }))

/** One that no other attempt has: what cannot be cleaned up stays in the stack. */
const logicalId = (what: string): string => what.replace(/\W+/g, '')

/** The state machine itself, with another role. */
export const giveRole = (scene: Scene, RoleArn: string): Promise<string> =>
  refused(scene, RoleArn, 'Workflow', ({ Resources, ...template }) => {
    const { Workflow } = Resources
    if (Workflow === undefined) throw new Error('the template has no state machine')
    return { ...template, Resources: { Workflow: { ...Workflow, Properties: { ...Workflow.Properties, RoleArn } } } }
  })

async function refused(
  scene: Scene,
  what: string,
  id: string,
  edit: (template: Template) => Template,
): Promise<string> {
  const { actor, train } = scene
  const StackName = train.workflowStack.name
  const describe = async () => {
    const { Stacks } = await actor.send<cloudformation.DescribeStacksCommandOutput>(
      'cloudformation',
      new cloudformation.DescribeStacksCommand({ StackName }),
    )
    return Stacks?.[0]
  }
  const { Parameters = [] } = (await describe()) ?? {}
  const ClientRequestToken = what.replace(/\W+/g, '-')
  await actor.send(
    'cloudformation',
    new cloudformation.UpdateStackCommand({
      StackName,
      ClientRequestToken,
      TemplateBody: JSON.stringify(edit(scene.template)),
      Parameters: Parameters.map(({ ParameterKey }) => ({ ParameterKey, UsePreviousValue: true })),
      RoleARN: train.cloudformationRole.arn,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  )
  while ((await describe())?.StackStatus?.endsWith('_IN_PROGRESS')) await sleep(5)
  const { StackEvents = [] } = await actor.send<cloudformation.DescribeStackEventsCommandOutput>(
    'cloudformation',
    new cloudformation.DescribeStackEventsCommand({ StackName }),
  )
  const failed = StackEvents.find(
    event =>
      event.ClientRequestToken === ClientRequestToken &&
      event.LogicalResourceId === id &&
      /^(CREATE|UPDATE)_FAILED$/.test(event.ResourceStatus ?? ''),
  )
  return `${(await describe())?.StackStatus}: ${failed?.ResourceStatusReason}`
}
