import type { Free, soundLine } from './sound-line.fixture.ts'

type Line = ReturnType<typeof soundLine>

const stage = (line: Line, i: number): Free => line.shared.Resources.Pipeline.Properties.Stages[i].Actions

/** What nothing here knows or reads, by one change of a sound line: it is said by name. */
export const NOT_KNOWN: readonly (readonly [code: string, says: string, change: (line: Line) => void])[] = [
  [
    'unknown-action-provider',
    'an action of Jenkins',
    line => {
      stage(line, 0).push({
        Name: 'Build',
        ActionTypeId: { Category: 'Build', Owner: 'Custom', Provider: 'Jenkins', Version: '1' },
      })
    },
  ],
  [
    'unknown-task',
    'a task of arn:aws:states:::emr:createCluster',
    line => {
      line.workflow.Resources.Machine.Properties.Definition.States.Other = {
        Type: 'Task',
        Resource: 'arn:aws:states:::emr:createCluster',
      }
    },
  ],
  [
    'stack-role-not-inferred',
    'to make AWS::SNS::Topic is not known here',
    line => {
      line.workflow.Resources.Topic = { Type: 'AWS::SNS::Topic' }
    },
  ],
  [
    'stack-role-not-inferred',
    'the template that it deploys was not given',
    line => {
      stage(line, 1)[0].Configuration.StackName = 'another'
      stage(line, 1)[0].Configuration.TemplatePath = 'Source::another.yml'
    },
  ],
  [
    'unread-policy',
    'Policy of Api (AWS::ApiGateway::RestApi)',
    line => {
      line.shared.Resources.Api = {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: { Policy: { Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } } },
      }
    },
  ],
  [
    'unread-access',
    'shares resources',
    line => {
      line.shared.Resources.Share = { Type: 'AWS::RAM::ResourceShare', Properties: { Name: 'x' } }
    },
  ],
  [
    'unknown-resource-type',
    'what Maker, Other (Custom::Maker) makes',
    line => {
      line.shared.Resources.Maker = { Type: 'Custom::Maker' }
      line.shared.Resources.Other = { Type: 'Custom::Maker' }
    },
  ],
  [
    'managed-policy-in-part',
    'says of ec2, tag, xray is not known here',
    line => {
      line.production.Resources.DeployerRole.Properties.ManagedPolicyArns = [
        'arn:aws:iam::aws:policy/AWSLambda_FullAccess',
      ]
    },
  ],
  [
    'unread-definition',
    'it lies in a file of its own',
    line => {
      const { Properties } = line.workflow.Resources.Machine
      delete Properties.Definition
      Properties.DefinitionS3Location = { Bucket: 'store', Key: 'definition.json' }
    },
  ],
]
