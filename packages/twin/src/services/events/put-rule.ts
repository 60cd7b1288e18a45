import type * as events from '@aws-sdk/client-eventbridge'
import { notImplemented } from '../../engine/index.ts'
import { type Call, type Demand, operation } from '../../gate/index.ts'
import { onRule, passRole, requestTags, tagsOf } from './demand.ts'
import { validation } from './errors.ts'
import { parsePattern } from './pattern.ts'
import { busName, busOf, managerOf, refuseManaged, ruleArn, rules } from './rule.ts'

const states = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'] as const

/** `events:source` and `events:detail-type` are what the pattern names: a policy may confine a rule by them. */
const patternContext = (pattern: string | undefined, call: Call): Demand['context'] => {
  const named = (value: unknown): string[] => (Array.isArray(value) ? value.filter(one => typeof one === 'string') : [])
  let parsed: Record<string, unknown> = {}
  try {
    parsed = Object(JSON.parse(pattern ?? '{}'))
  } catch {
    // Told as InvalidEventPatternException once the caller is known to be allowed.
  }
  const [sources, types] = [named(parsed.source), named(parsed['detail-type'])]
  return {
    ...(sources.length === 0 ? {} : { 'events:source': sources }),
    ...(types.length === 0 ? {} : { 'events:detail-type': types }),
    'events:ManagedBy': managerOf(call),
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
export const putRule = operation<typeof events, 'PutRule'>({
  authorize: (input, { read, call }) => [
    ...onRule(read, call, 'PutRule', input.Name, input.EventBusName, {
      ...patternContext(input.EventPattern, call),
      ...requestTags(input.Tags),
    }),
    ...passRole(input.RoleArn),
  ],
  run(input, { tx, call }) {
    const {
      Name: name = '',
      EventPattern: pattern,
      State: state = 'ENABLED',
      Description: description,
      RoleArn: role,
    } = input
    if (input.ScheduleExpression !== undefined) throw notImplemented('events:PutRule with ScheduleExpression')
    if (!/^[\w.-]{1,64}$/.test(name)) throw validation(`Parameter Name is not valid: ${name}`)
    if (pattern === undefined) throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.')
    if (!states.includes(state)) throw validation(`Parameter State is not valid: ${state}`)
    parsePattern(pattern)
    const bus = busOf(tx, call, busName(input.EventBusName)).name
    const key = [call.account, call.region, bus, name] as const
    const known = rules.get(tx, ...key)
    if (known !== undefined) refuseManaged(call, known)
    const arn = ruleArn(call.account, call.region, bus, name)
    const managedBy = managerOf(call)
    rules.put(tx, key, {
      account: call.account,
      region: call.region,
      bus,
      name,
      arn,
      pattern,
      state,
      ...(description === undefined ? {} : { description }),
      ...(role === undefined ? {} : { role }),
      ...(managedBy === undefined ? {} : { managedBy }),
      createdBy: known?.createdBy ?? call.account,
      targets: known?.targets ?? [],
      // Tags of a rule that exists are not touched.
      tags: known?.tags ?? tagsOf(input.Tags),
    })
    return { RuleArn: arn }
  },
})
