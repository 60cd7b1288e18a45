/**
 * Amazon EventBridge: buses, rules, and the delivery of events to their targets.
 *
 * ## Gaps
 * * Schedules, archives, replays, API destinations, pipes, partner sources, dead-letter queues, input to SQS and SNS.
 * * ListRules and its kin page by position.
 *
 * ## By design
 * * A rule is matched in the transaction that emits the event, and a delivery is a durable work from then on: no event
 *   is lost by a crash, and a target whose service answers tokens gets it once.
 * * A refusal drops the event at once, as on AWS; what may pass is tried again with growing pauses.
 * * Rules that Step Functions manages (\`StepFunctionsGetEventsFor…Rule\`) are kept as AWS shows them; their service
 *   hears of its events by itself, so their targets receive nothing.
 *
 * ## Client quirks
 * * \`Detail\` and \`EventPattern\` are JSON texts inside JSON; \`AWS::Events::Rule\` has the pattern as an object.
 */
import type { Env, ResourceType, Service } from '../../gate/index.ts'
import {
  createEventBus,
  deleteEventBus,
  describeEventBus,
  listEventBuses,
  putPermission,
  removePermission,
} from './buses.ts'
import { deliveryWork } from './delivery.ts'
import { envelopeOf } from './envelope.ts'
import { forwardEvent, putEvents, testEventPattern } from './put-events.ts'
import { putRule } from './put-rule.ts'
import { ruleType } from './resource-type.ts'
import { route } from './route.ts'
import { deleteRule, describeRule, disableRule, enableRule, listRuleNamesByTarget, listRules } from './rules.ts'
import { listTagsForResource, tagResource, untagResource } from './tags.ts'
import { listTargetsByRule, putTargets, removeTargets } from './targets.ts'

/** Every service's events reach the default bus of their account and region. */
function open(env: Env): void {
  env.events.subscribe((tx, event) => {
    const bus = { account: event.account, region: event.region, name: 'default' }
    route(tx, env, bus, envelopeOf(env, event, env.clock.now()), event.cause)
  })
}

export const eventsService: Service = {
  name: 'events',
  sdk: [() => import('@aws-sdk/client-eventbridge').then(sdk => ({ module: sdk, client: sdk.EventBridgeClient }))],
  denied: 'AccessDeniedException',
  operations: {
    PutRule: putRule,
    DescribeRule: describeRule,
    DeleteRule: deleteRule,
    ListRules: listRules,
    ListRuleNamesByTarget: listRuleNamesByTarget,
    EnableRule: enableRule,
    DisableRule: disableRule,
    PutTargets: putTargets,
    RemoveTargets: removeTargets,
    ListTargetsByRule: listTargetsByRule,
    PutEvents: putEvents,
    ForwardEvent: forwardEvent,
    TestEventPattern: testEventPattern,
    CreateEventBus: createEventBus,
    DeleteEventBus: deleteEventBus,
    DescribeEventBus: describeEventBus,
    ListEventBuses: listEventBuses,
    PutPermission: putPermission,
    RemovePermission: removePermission,
    ListTagsForResource: listTagsForResource,
    TagResource: tagResource,
    UntagResource: untagResource,
  },
  works: [deliveryWork as never],
  open,
}

export const eventsResourceTypes: ResourceType[] = [ruleType]
