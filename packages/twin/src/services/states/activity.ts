import type * as sfn from '@aws-sdk/client-sfn'
import { Interrupted, notImplemented, type Reader } from '../../engine/index.ts'
import { type Env, operation, requestTags } from '../../gate/index.ts'
import { type Activity, activities, activityTasks } from './activity-record.ts'
import { activityArn, parseArn, validName } from './arn.ts'
import { invalidName, noActivity } from './errors.ts'
import { page } from './page.ts'
import { mustBeTags, tagRecord } from './tag.ts'
import { tokens } from './task-work.ts'

function find(read: Reader, arn: string | undefined): Activity {
  const { account, region, name } = parseArn(arn, 'activity')
  const activity = activities.get(read, account, region, name)
  if (activity === undefined) throw noActivity(arn ?? '')
  return activity
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateActivity.html: creating it again answers the first. */
export const createActivity = operation<typeof sfn, 'CreateActivity'>({
  authorize: (input, { call }) => [
    {
      action: 'states:CreateActivity',
      resource: activityArn(call, input.name ?? ''),
      context: requestTags(tagRecord(input.tags)),
    },
  ],
  run(input, { tx, call }) {
    if (!validName(input.name)) throw invalidName(input.name ?? '')
    if (input.encryptionConfiguration?.type === 'CUSTOMER_MANAGED_KMS_KEY')
      throw notImplemented('EncryptionConfiguration with a customer managed key')
    mustBeTags(input.tags ?? [])
    const key = [call.account, call.region, input.name] as const
    const activity = activities.get(tx, ...key) ?? {
      arn: activityArn(call, input.name),
      name: input.name,
      created: call.now,
      tags: tagRecord(input.tags),
    }
    activities.put(tx, key, activity)
    return { activityArn: activity.arn, creationDate: new Date(activity.created) }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeActivity.html */
export const describeActivity = operation<typeof sfn, 'DescribeActivity'>({
  authorize: input => [{ action: 'states:DescribeActivity', resource: input.activityArn ?? '' }],
  run(input, { tx }) {
    const { arn, name, created } = find(tx, input.activityArn)
    return {
      activityArn: arn,
      name,
      creationDate: new Date(created),
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' as const },
    }
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteActivity.html */
export const deleteActivity = operation<typeof sfn, 'DeleteActivity'>({
  authorize: input => [{ action: 'states:DeleteActivity', resource: input.activityArn ?? '' }],
  run(input, { tx }) {
    const { account, region, name } = parseArn(input.activityArn, 'activity')
    activities.delete(tx, account, region, name)
    return {}
  },
})

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListActivities.html */
export const listActivities = operation<typeof sfn, 'ListActivities'>({
  authorize: () => [{ action: 'states:ListActivities', resource: '*' }],
  run(input, { tx, call }) {
    const { shown, ...more } = page([...activities.list(tx, call.account, call.region)], input)
    return {
      activities: shown.map(({ arn, name, created }) => ({ activityArn: arn, name, creationDate: new Date(created) })),
      ...more,
    }
  },
})

type Work = { token: string; input: string }

/**
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html: waits up to 60 s for a task.
 * The wait is the stage, which also takes the task: the call itself reads only, by its name.
 */
export const getActivityTask = operation<typeof sfn, 'GetActivityTask', Work | undefined>({
  authorize: input => [{ action: 'states:GetActivityTask', resource: input.activityArn ?? '' }],
  async stage(input, { read, env }) {
    const { arn } = find(read, input.activityArn)
    const end = env.clock.now() + 60_000
    while (env.clock.now() < end) {
      if (env.works.stopping().aborted) throw new Interrupted()
      const work = take(arn, input.workerName, env)
      if (work !== undefined) return work
      await new Promise<void>(resolve => env.clock.after(50, resolve))
    }
    return undefined
  },
  run: (_input, _context, work) => (work === undefined ? {} : { taskToken: work.token, input: work.input }),
})

function take(arn: string, worker: string | undefined, env: Env): Work | undefined {
  const [first] = activityTasks.entries(env.store, [arn], { limit: 1 })
  if (first === undefined) return undefined
  const [key, task] = first
  return env.store.transact(tx => {
    activityTasks.delete(tx, ...key)
    const awaited = tokens.get(tx, task.token)
    if (awaited === undefined) return undefined
    const data = { type: 'task-started', id: awaited.task, ...(worker === undefined ? {} : { worker }) }
    env.works.signal(tx, awaited.execution, { name: 'event', data })
    return { token: task.token, input: task.input }
  })
}
