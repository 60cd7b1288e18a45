import type * as events from '@aws-sdk/client-eventbridge'
import { type AnyOperation, operation } from '../../gate/index.ts'
import { onRule } from './demand.ts'
import { ruleHasTargets } from './errors.ts'
import { busName, busOf, type Rule, refuseManaged, ruleOf, rules } from './rule.ts'

const described = (rule: Rule) => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern,
  State: rule.state,
  EventBusName: rule.bus,
  ...(rule.description === undefined ? {} : { Description: rule.description }),
  ...(rule.role === undefined ? {} : { RoleArn: rule.role }),
  ...(rule.managedBy === undefined ? {} : { ManagedBy: rule.managedBy }),
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeRule.html */
export const describeRule = operation<typeof events, 'DescribeRule'>({
  authorize: (input, { read, call }) => onRule(read, call, 'DescribeRule', input.Name, input.EventBusName),
  run({ Name, EventBusName }, { tx, call }) {
    const rule = ruleOf(tx, call, Name, EventBusName)
    return { ...described(rule), CreatedBy: rule.createdBy }
  },
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteRule.html: a missing one is no error. */
export const deleteRule = operation<typeof events, 'DeleteRule'>({
  authorize: (input, { read, call }) => onRule(read, call, 'DeleteRule', input.Name, input.EventBusName),
  run({ Name = '', EventBusName, Force }, { tx, call }) {
    const rule = rules.get(tx, call.account, call.region, busName(EventBusName), Name)
    if (rule === undefined) return {}
    refuseManaged(call, rule, Force === true)
    if (rule.targets.length > 0) throw ruleHasTargets()
    rules.delete(tx, call.account, call.region, rule.bus, rule.name)
    return {}
  },
})

const page = <T>(all: T[], token: string | undefined, limit = 100) => {
  const from = Number(token ?? 0)
  return {
    some: all.slice(from, from + limit),
    ...(from + limit < all.length ? { next: { NextToken: String(from + limit) } } : {}),
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
export const listRules = operation<typeof events, 'ListRules'>({
  authorize: () => [{ action: 'events:ListRules', resource: '*' }],
  run({ NamePrefix = '', EventBusName, NextToken, Limit }, { tx, call }) {
    const bus = busOf(tx, call, busName(EventBusName)).name
    const all = [...rules.list(tx, call.account, call.region, bus)].filter(({ name }) => name.startsWith(NamePrefix))
    const { some, next } = page(all, NextToken, Limit)
    return { Rules: some.map(described), ...next }
  },
})

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRuleNamesByTarget.html */
export const listRuleNamesByTarget = operation<typeof events, 'ListRuleNamesByTarget'>({
  authorize: () => [{ action: 'events:ListRuleNamesByTarget', resource: '*' }],
  run({ TargetArn, EventBusName, NextToken, Limit }, { tx, call }) {
    const all = [...rules.list(tx, call.account, call.region, busName(EventBusName))]
    const named = all.filter(({ targets }) => targets.some(({ Arn }) => Arn === TargetArn))
    const { some, next } = page(named, NextToken, Limit)
    return { RuleNames: some.map(({ name }) => name), ...next }
  },
})

const switchTo = (action: 'EnableRule' | 'DisableRule', state: Rule['state']): AnyOperation =>
  operation<typeof events, 'EnableRule'>({
    authorize: (input, { read, call }) => onRule(read, call, action, input.Name, input.EventBusName),
    run({ Name, EventBusName }, { tx, call }) {
      const rule = ruleOf(tx, call, Name, EventBusName)
      refuseManaged(call, rule)
      rules.put(tx, [rule.account, rule.region, rule.bus, rule.name], { ...rule, state })
      return {}
    },
  })

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EnableRule.html */
export const enableRule = switchTo('EnableRule', 'ENABLED')
/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html */
export const disableRule = switchTo('DisableRule', 'DISABLED')
