import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as events from '@aws-sdk/client-eventbridge'
import { BYSTANDERS } from './bystanders.ts'
import { type Path, type Scene, STRANGE, sent } from './path.ts'

const MANAGED = 'StepFunctionsGetEventsForSageMakerTrainingJobsRule'

const onRules = (make: (rule: string, scene: Scene) => object) => (scene: Scene) =>
  [BYSTANDERS.rule, scene.names.commitRule.name, MANAGED].map(rule => [rule, make(rule, scene)] as const)

const group = ({ deploy }: Scene) => `/aws/lambda/${deploy.function.name}`

/** Ways at rules, buses and logs. */
export const eventPaths: readonly Path[] = [
  sent('events', 'a rule', 'PMapper', ['events:PutRule'], scene => [
    ...onRules(Name => new events.PutRuleCommand({ Name, EventPattern: '{"source":[{"prefix":""}]}' }))(scene),
    [STRANGE, new events.PutRuleCommand({ Name: STRANGE, EventPattern: '{"source":["x"]}' })],
  ]),
  sent('events', "a rule's target with a role", 'PMapper', ['iam:PassRole', 'events:PutTargets'], scene =>
    scene.roles.flatMap(({ arn: RoleArn, label }) =>
      onRules(
        (Rule, { home }) =>
          new events.PutTargetsCommand({ Rule, Targets: [{ Id: STRANGE, Arn: home.machineArn, RoleArn }] }),
      )(scene).map(([rule, command]) => [`${label} for ${rule}`, command] as const),
    ),
  ),
  sent(
    'events',
    "a rule's target",
    'AWS',
    ['events:PutTargets'],
    onRules(
      (Rule, { region, account }) =>
        new events.PutTargetsCommand({
          Rule,
          Targets: [{ Id: STRANGE, Arn: `arn:aws:lambda:${region}:${account}:function:${BYSTANDERS.function}` }],
        }),
    ),
  ),
  sent(
    'events',
    'a rule without its target',
    'AWS',
    ['events:RemoveTargets'],
    onRules(Rule => new events.RemoveTargetsCommand({ Rule, Ids: ['people'], Force: true })),
  ),
  sent(
    'events',
    'a rule put out of use',
    'AWS',
    ['events:DisableRule'],
    onRules(Name => new events.DisableRuleCommand({ Name })),
  ),
  sent('events', 'a bus opened', 'AWS', ['events:PutPermission'], () => [
    ['the bus', new events.PutPermissionCommand({ Action: 'events:PutEvents', Principal: '*', StatementId: STRANGE })],
  ]),
  sent('events', 'an event made up', 'AWS', ['events:PutEvents'], ({ names, region, account }) => [
    ['the bus', new events.PutEventsCommand({ Entries: [{ Source: 'people', DetailType: 'x', Detail: '{}' }] })],
    [
      "the line's bus",
      new events.PutEventsCommand({
        Entries: [
          {
            Source: 'people',
            DetailType: 'x',
            Detail: '{}',
            EventBusName:
              account === names.account ? 'default' : `arn:aws:events:${region}:${names.account}:event-bus/default`,
          },
        ],
      }),
    ],
  ]),
  sent('logs', "the deployer's log deleted", 'AWS', ['logs:DeleteLogGroup'], scene => [
    ['the log', new logs.DeleteLogGroupCommand({ logGroupName: group(scene) })],
  ]),
  sent('logs', "the deployer's log kept for a day", 'AWS', ['logs:PutRetentionPolicy'], scene => [
    ['the log', new logs.PutRetentionPolicyCommand({ logGroupName: group(scene), retentionInDays: 1 })],
  ]),
  sent('logs', 'what others log, read', 'AWS', ['logs:FilterLogEvents'], scene => [
    ['the log', new logs.FilterLogEventsCommand({ logGroupName: group(scene) })],
  ]),
]
