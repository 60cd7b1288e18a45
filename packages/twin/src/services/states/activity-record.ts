import { table } from '../../engine/index.ts'

export interface Activity {
  arn: string
  name: string
  created: number
  tags: Record<string, string>
  encryption?: { type: 'AWS_OWNED_KEY' | 'CUSTOMER_MANAGED_KMS_KEY'; kmsKeyId?: string }
}

export const activities = table<Activity>('states/activity') // [account, region, name]

/** Tasks that no worker has taken yet, in order. */
export const activityTasks = table<{ token: string; input: string; work: string }>('states/activity-task') // [activity ARN, number]
export const activityNumbers = table<number>('states/activity-number') // [activity ARN]
