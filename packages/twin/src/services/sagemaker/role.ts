import { AwsError, type Cause } from '../../engine/index.ts'
import type { Call, Demand, Env, Principal } from '../../gate/index.ts'
import { missing } from './errors.ts'

const service = 'sagemaker.amazonaws.com'

/** https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html: handing over a role is iam:PassRole, within one account. */
export const passes = (call: Call, role: string | undefined, member: string): Demand => {
  if (role === undefined) throw missing(member)
  const [, , , , account = ''] = role.split(':')
  if (account !== call.account) throw new AwsError('AccessDeniedException', 'Cross-account pass role is not allowed.')
  return { action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': service } }
}

export interface OnBehalf {
  readonly role: string
  /** The job or endpoint that SageMaker works for. */
  readonly arn: string
  readonly region: string
  readonly cause: Cause
  readonly token?: string
}

/** SageMaker acts as the role that it was handed, never as itself. */
export const takeRole = (env: Env, { role, arn, region, cause, token }: OnBehalf): Promise<Principal> =>
  env.assume(service, role, {
    region,
    session: 'SageMaker',
    cause,
    source: { arn, account: arn.split(':')[4] ?? '' },
    ...(token === undefined ? {} : { token }),
  })
