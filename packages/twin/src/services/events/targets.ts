import type * as events from '@aws-sdk/client-eventbridge'
import { notImplemented, own } from '../../engine/index.ts'
import { operation } from '../../gate/index.ts'
import { onRule, passRole } from './demand.ts'
import { validation } from './errors.ts'
import { checkPath } from './input.ts'
import { busName, managerOf, refuseManaged, ruleOf, rules } from './rule.ts'
import { targetKinds } from './target-kind.ts'

const supported = ['Id', 'Arn', 'RoleArn', 'Input', 'InputPath', 'InputTransformer', 'RetryPolicy']

function check(target: events.Target): void {
  const other = Object.entries(target).find(([name, value]) => value !== undefined && !supported.includes(name))
  if (other !== undefined) throw notImplemented(`events:PutTargets with ${other[0]}`)
  const service = (target.Arn ?? '').split(':')[2] ?? ''
  if (!/^arn:aws[\w-]*:/.test(target.Arn ?? ''))
    throw validation(`Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`)
  const kind = own(targetKinds, service)
  if (kind === undefined) throw notImplemented(`events:PutTargets with a target of ${service}`)
  if (kind.needsRole && target.RoleArn === undefined) throw validation(`RoleArn is required for target ${target.Arn}.`)
  if ([target.Input, target.InputPath, target.InputTransformer].filter(one => one !== undefined).length > 1) {
    throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`)
  }
  if (target.InputPath !== undefined) checkPath(target.InputPath)
  Object.values(target.InputTransformer?.InputPathsMap ?? {}).forEach(checkPath)
  if (target.Input !== undefined) {
    try {
      JSON.parse(target.Input)
    } catch {
      throw validation(`Parameter Input is not valid JSON for target ${target.Id}.`)
    }
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html; each role is passed. */
export const putTargets = operation<typeof events, 'PutTargets'>({
  authorize: ({ Rule, EventBusName, Targets = [] }, { read, call }) => [
    ...onRule(read, call, 'PutTargets', Rule, EventBusName, {
      'events:TargetArn': Targets.map(({ Arn = '' }) => Arn),
      'events:ManagedBy': managerOf(call),
    }),
    ...[...new Set(Targets.map(({ RoleArn }) => RoleArn))].flatMap(passRole),
  ],
  run({ Rule, EventBusName, Targets = [] }, { tx, call }) {
    const rule = ruleOf(tx, call, Rule, EventBusName)
    refuseManaged(call, rule)
    if (rule.managedBy === undefined) Targets.forEach(check)
    const ids = new Set(Targets.map(({ Id }) => Id))
    const targets = [...rule.targets.filter(({ Id }) => !ids.has(Id)), ...Targets]
    if (targets.length > 5) throw limitExceeded()
    rules.put(tx, [rule.account, rule.region, rule.bus, rule.name], { ...rule, targets })
    return { FailedEntryCount: 0, FailedEntries: [] }
  },
})

const limitExceeded = () =>
  validation('The requested resource exceeds the maximum number allowed: 5 targets for a rule.')

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemoveTargets.html */
export const removeTargets = operation<typeof events, 'RemoveTargets'>({
  authorize: (input, { read, call }) => onRule(read, call, 'RemoveTargets', input.Rule, input.EventBusName),
  run({ Rule, EventBusName, Ids = [], Force }, { tx, call }) {
    const rule = ruleOf(tx, call, Rule, EventBusName)
    refuseManaged(call, rule, Force === true)
    const targets = rule.targets.filter(({ Id }) => Id === undefined || !Ids.includes(Id))
    rules.put(tx, [rule.account, rule.region, rule.bus, rule.name], { ...rule, targets })
    const known = new Set(rule.targets.map(({ Id }) => Id))
    const missing = Ids.filter(id => !known.has(id))
    const FailedEntries = missing.map(TargetId => ({
      TargetId,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Rule ${rule.name} does not have target ${TargetId}.`,
    }))
    return { FailedEntryCount: FailedEntries.length, FailedEntries }
  },
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTargetsByRule.html */
export const listTargetsByRule = operation<typeof events, 'ListTargetsByRule'>({
  authorize: (input, { read, call }) =>
    onRule(read, call, 'ListTargetsByRule', input.Rule, busName(input.EventBusName)),
  run: ({ Rule, EventBusName }, { tx, call }) => ({ Targets: ruleOf(tx, call, Rule, EventBusName).targets }),
})
