import { notImplemented } from '../../../engine/index.ts'
import type { ActionKind } from './action-kind.ts'
import { failed } from './failure.ts'

/** What PutApprovalResult signals. */
export interface Approval {
  status: 'Approved' | 'Rejected'
  summary: string
  by: string
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ManualApproval.html */
export const approval: ActionKind<{ waiting: true }> = {
  category: 'Approval',
  provider: 'Manual',
  inputs: [0, 0],
  outputs: [0, 0],
  required: [],
  optional: ['CustomData', 'ExternalEntityLink', 'NotificationArn'],
  timeout: 7 * 24 * 60,
  check({ NotificationArn: topic }) {
    if (topic !== undefined) throw notImplemented('codepipeline Manual approval with NotificationArn (SNS)')
  },
  async step(io) {
    const answer = io.signals.find(({ name }) => name === 'approval')?.data as Approval | undefined
    if (answer === undefined) return { memory: { waiting: true }, next: { when: 'signal' } }
    const details = { summary: answer.summary, updatedBy: answer.by }
    if (answer.status === 'Approved') return { succeeded: details }
    const comment = answer.summary === '' ? '' : `: ${answer.summary}`
    return { ...failed('JobFailed', `Rejected by ${answer.by}${comment}`), ...details }
  },
}
