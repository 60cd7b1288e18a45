import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { CodePipeline } from '@aws-sdk/client-codepipeline'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { Lambda } from '@aws-sdk/client-lambda'
import { S3 } from '@aws-sdk/client-s3'
import { SageMaker } from '@aws-sdk/client-sagemaker'
import { SFN } from '@aws-sdk/client-sfn'
import { twin } from '@tripoint/twin'
import { end, type Keys, otherState, place, policy, role } from '../../packages/twin/src/gate/attack.fixture.ts'
import { type MovedClock, movedClock } from '../journeys/absence/moved-clock.ts'

export const region = 'us-east-1'
export const c = '333333333333'

let clock: MovedClock

/** An empty twin; what it says of its own faults is to be seen. */
export async function setUp(): Promise<void> {
  clock = movedClock()
  place.it = await twin({ state: otherState, clock, log: text => process.stderr.write(`${text}\n`) })
}

export const tearDown = end

/** Time passes for the twin, and for those who sign. */
export function wait(minutes: number): void {
  clock.forward(minutes * 60_000)
  place.now = clock.now()
}

/** The SDK's clients for an account's administrator, or for whoever's keys they are. */
export function clientsOf(who: string | Keys, at = region) {
  const { accessKeyId, secretAccessKey, ...rest } = typeof who === 'string' ? place.it.operator(who) : who
  const sessionToken = 'sessionToken' in rest ? rest.sessionToken : undefined
  const config = {
    endpoint: place.it.endpoint,
    region: at,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    maxAttempts: 1,
    systemClockOffset: clock.now() - Date.now(),
  }
  return {
    cloudformation: new CloudFormation(config),
    codepipeline: new CodePipeline(config),
    iam: new IAM(config),
    kms: new KMS(config),
    lambda: new Lambda(config),
    s3: new S3({ ...config, forcePathStyle: true }),
    sagemaker: new SageMaker(config),
    states: new SFN(config),
  }
}

export const may = (Action: string | string[], Resource: string | string[] = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
})

/** The trust policy of a role that is a service's. */
export const service = (name: string) =>
  policy({ Effect: 'Allow', Principal: { Service: `${name}.amazonaws.com` }, Action: 'sts:AssumeRole' })

const nothing = policy(may('sts:GetCallerIdentity'))

/** A role that may do what the statements say; its ARN. */
export async function roleThat(account: string, name: string, trust: string, ...own: object[]): Promise<string> {
  await role(account, name, trust, own.length === 0 ? nothing : policy(...own))
  return `arn:aws:iam::${account}:role/${name}`
}
