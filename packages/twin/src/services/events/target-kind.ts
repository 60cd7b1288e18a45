import type { Target } from '@aws-sdk/client-eventbridge'
import type { Cause } from '../../engine/index.ts'
import { type Env, type InvokeOptions, type Principal, rootOf, servicePrincipal } from '../../gate/index.ts'
import type { Envelope } from './envelope.ts'

interface Delivery {
  target: Target
  event: Envelope
  /** What the target is given. */
  input: string
  rule: { arn: string; name: string; account: string; region: string }
  cause: Cause
  token(label: string): string
}

interface TargetKind {
  /** AWS refuses such a target without a role. */
  needsRole: boolean
  deliver(delivery: Delivery, env: Env): Promise<void>
}

const me = 'events.amazonaws.com'

/** The target's role, assumed as EventBridge with the rule as source. */
const role = ({ target, rule, cause, event, token }: Delivery, env: Env): Promise<Principal> =>
  env.assume(me, target.RoleArn ?? '', {
    session: event.id.replaceAll('-', ''),
    region: rule.region,
    cause,
    source: { arn: rule.arn, account: rule.account },
    token: token('role'),
  })

const options = ({ target, rule, cause, token }: Delivery): InvokeOptions => ({
  cause,
  region: regionOf(target) || rule.region,
  token: token('deliver'),
})

const regionOf = ({ Arn = '' }: Target) => Arn.split(':')[3] ?? ''
const accountOf = ({ Arn = '' }: Target) => Arn.split(':')[4] ?? ''

const asService = (delivery: Delivery): InvokeOptions => ({
  ...options(delivery),
  account: accountOf(delivery.target),
  source: { arn: delivery.rule.arn, account: delivery.rule.account },
})

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/create-cwe-codecommit.html: the input is not looked at. */
const codepipeline: TargetKind = {
  needsRole: true,
  async deliver(delivery, env) {
    const name = (delivery.target.Arn ?? '').split(':')[5] ?? ''
    await env.invoke(await role(delivery, env), 'codepipeline', 'StartPipelineExecution', { name }, options(delivery))
  },
}

const states: TargetKind = {
  needsRole: true,
  async deliver(delivery, env) {
    const { target, event, input } = delivery
    const name = `${event.id}_${target.Id}`.slice(0, 80)
    const start = { stateMachineArn: target.Arn, name, input }
    await env.invoke(await role(delivery, env), 'states', 'StartExecution', start, options(delivery))
  },
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html: by the function's own policy. */
const lambda: TargetKind = {
  needsRole: false,
  async deliver(delivery, env) {
    const call = {
      FunctionName: delivery.target.Arn,
      InvocationType: 'Event',
      Payload: Buffer.from(delivery.input),
    } as const
    const as = delivery.target.RoleArn === undefined ? servicePrincipal(me) : await role(delivery, env)
    await env.invoke(
      as,
      'lambda',
      'Invoke',
      call,
      delivery.target.RoleArn === undefined ? asService(delivery) : options(delivery),
    )
  },
}

/** The event goes on as it is; without a role it is the account that sends, and the other bus's policy that allows. */
const events: TargetKind = {
  needsRole: false,
  async deliver(delivery, env) {
    const { target, event, rule } = delivery
    const as = target.RoleArn === undefined ? rootOf(rule.account) : await role(delivery, env)
    const forward = { bus: target.Arn ?? '', event }
    await env.invoke.any(as, 'events', 'ForwardEvent', forward, { ...options(delivery), account: accountOf(target) })
  },
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions */
const logs: TargetKind = {
  needsRole: false,
  async deliver(delivery, env) {
    const logGroupName = (delivery.target.Arn ?? '').split(':')[6] ?? ''
    const logStreamName = delivery.event.id
    const as = servicePrincipal(me)
    const stream = { ...asService(delivery), token: delivery.token('stream') }
    await env.invoke(as, 'logs', 'CreateLogStream', { logGroupName, logStreamName }, stream)
    const logEvents = [{ timestamp: Date.parse(delivery.event.time), message: delivery.input }]
    await env.invoke(as, 'logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents }, asService(delivery))
  },
}

/** By the service in the target's ARN. */
export const targetKinds: Record<string, TargetKind> = { codepipeline, states, lambda, events, logs }
