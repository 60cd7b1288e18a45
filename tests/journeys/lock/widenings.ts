import * as codepipeline from '@aws-sdk/client-codepipeline'
import * as events from '@aws-sdk/client-eventbridge'
import * as kms from '@aws-sdk/client-kms'
import * as s3 from '@aws-sdk/client-s3'
import type { Connection } from '../../../packages/cli/src/cloud/cloud.ts'
import { sendAs } from '../escalation/account.ts'
import { BYSTANDERS } from '../escalation/bystanders.ts'
import { DEPUTIES, otherPipeline } from './deputies.ts'
import { assume, type Holder, type LockedLine, trusted } from './locked-line.ts'
import { call, presigned } from './presigned.ts'
import { outcome } from './reach.ts'

/** A way by which somebody might get more than is his own, what it comes to, and what AWS says. */
export interface Widening {
  readonly way: string
  tried(it: LockedLine): Promise<readonly string[]>
  readonly told: RegExp
}

const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

const at = ({ names }: LockedLine, Key: string) => ({ Bucket: names.bucket, Key })
const model = (it: LockedLine) => it.field.scene(it.field.actor('pipeline-role')).objects.model
const insider = (it: LockedLine) => it.strangers.find(({ account }) => account === it.names.account) as Holder
const roleOf = (it: LockedLine, account: string) =>
  it.strangers.find(each => each.account === account && each.arn.includes(':role/')) as Holder
const production = ({ line }: LockedLine) => line.definition.accounts.production ?? ''

async function urlOf(
  it: LockedLine,
  connection: Connection,
  method: string,
  key: string,
  options: Parameters<typeof call>[2] = {},
): Promise<readonly string[]> {
  const path = await presigned(connection, method, `/${it.names.bucket}/${key}`)
  const { status, body } = await call(connection, path, { method, ...options })
  return [`${status} ${/<Message>(.*?)<\/Message>/.exec(body)?.[1] ?? ''}`.replaceAll('&quot;', '"')]
}

const denied = /^AccessDenied(Exception)?: (Access Denied|User: \S+ is not authorized to perform: \S+ on .*)$/
const explicit =
  'is not authorized to perform: s3:\\w+ on resource: "\\S+" with an explicit deny in a resource-based policy'

export const WIDENINGS: readonly Widening[] = [
  {
    way: 'a presigned URL of a stranger',
    tried: async it =>
      (
        await Promise.all(
          it.strangers
            .filter(({ account }) => account !== it.names.account)
            .map(({ connection }) => urlOf(it, connection, 'GET', 'data/train.csv')),
        )
      ).flat(),
    told: /^403 Access Denied$/,
  },
  {
    way: 'a presigned URL for what its signer may not read',
    tried: it => urlOf(it, it.field.actor('hosting-role').connection, 'GET', 'data/train.csv'),
    told: /^403 Access Denied$/,
  },
  {
    way: 'a presigned URL for a key outside of what its signer may write',
    tried: it => urlOf(it, it.people.publisher.connection, 'PUT', 'models/theirs'),
    told: /^403 User: \S+ is not authorized to perform: s3:PutObject on resource: "\S+" because no identity-based policy/,
  },
  {
    way: 'a header that nobody signed, with a presigned URL',
    tried: it =>
      urlOf(it, it.people.publisher.connection, 'PUT', 'data/theirs.csv', {
        headers: { 'x-amz-server-side-encryption': 'AES256' },
      }),
    told: /^403 There were headers present in the request which were not signed$/,
  },
  {
    way: 'a presigned URL, over plain HTTP',
    tried: it => urlOf(it, it.people.publisher.connection, 'PUT', 'data/theirs.csv', { plain: true }),
    told: new RegExp(`^403 User: \\S+ ${explicit}$`),
  },
  {
    way: 'a session policy that allows everything',
    async tried(it) {
      const stranger = roleOf(it, production(it))
      const self = await assume(
        it.field.owner.production,
        `arn:aws:iam::${stranger.account}:role/${BYSTANDERS.administrator}`,
        { Policy: everything },
      )
      const reporter = await assume(it.field.actor('deployer-role').send, it.deploy.reporterRole.arn, {
        Policy: everything,
      })
      const { name } = it.line.definition
      return Promise.all([
        outcome(
          sendAs({ ...stranger.connection, credentials: self })('s3', new s3.GetObjectCommand(at(it, model(it)))),
        ),
        ...[
          sendAs({ ...stranger.connection, credentials: reporter })('s3', new s3.GetObjectCommand(at(it, model(it)))),
          sendAs({ ...stranger.connection, credentials: reporter })(
            'codepipeline',
            new codepipeline.GetPipelineStateCommand({ name }),
          ),
        ].map(outcome),
      ])
    },
    told: denied,
  },
  {
    way: 'a chain of roles',
    async tried(it) {
      const { connection } = roleOf(it, production(it))
      const reporter = sendAs({
        ...connection,
        credentials: await assume(it.field.actor('deployer-role').send, it.deploy.reporterRole.arn),
      })
      const runner = sendAs({
        ...connection,
        credentials: await assume(it.field.actor('pipeline-role').send, it.deploy.from.runActionRole.arn),
      })
      const invoker = sendAs({
        ...connection,
        credentials: await assume(it.field.actor('pipeline-role').send, it.deploy.invokeActionRole.arn),
      })
      return Promise.all([
        ...[it.names.pipelineRole, it.names.triggerRole, it.deploy.deployerRole].map(({ arn }) =>
          outcome(assume(reporter, arn)),
        ),
        ...[it.deploy.from.workflowRole, it.deploy.from.trainingRole].map(({ arn }) => outcome(assume(runner, arn))),
        ...[it.deploy.deployerRole, it.deploy.reporterRole].map(({ arn }) => outcome(assume(invoker, arn))),
        outcome(reporter('s3', new s3.GetObjectCommand(at(it, model(it))))),
      ])
    },
    told: denied,
  },
  {
    way: 'a grant, for another operation than the granted one, on an object, to hand it on, and once it is revoked',
    async tried(it) {
      const stranger = roleOf(it, production(it))
      const KeyId = it.keyArn
      const { owner } = it.field
      const grant = new kms.CreateGrantCommand({
        KeyId,
        GranteePrincipal: stranger.arn,
        Operations: ['GenerateDataKey'],
      })
      const { GrantId } = await trusted(owner.shared, KeyId, ['kms:CreateGrant'], () =>
        owner.shared<kms.CreateGrantCommandOutput>('kms', grant),
      )
      const generate = () => stranger.send('kms', new kms.GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
      await generate()
      const tried = await Promise.all(
        [
          stranger.send('kms', new kms.DecryptCommand({ CiphertextBlob: it.ciphertext })),
          stranger.send('s3', new s3.GetObjectCommand(at(it, model(it)))),
          stranger.send('s3', new s3.PutObjectCommand({ ...at(it, 'data/theirs.csv'), Body: 'x' })),
          stranger.send('kms', grant),
        ].map(outcome),
      )
      await owner.shared('kms', new kms.RevokeGrantCommand({ KeyId, GrantId }))
      return [...tried, await outcome(generate())]
    },
    told: denied,
  },
  {
    way: 'a service of another account that is given a role of the line',
    async tried(it) {
      const { send } = roleOf(it, it.nobody)
      const roles = it.field.actors.filter(({ label }) => label.endsWith('-role'))
      return Promise.all(Object.values(DEPUTIES).flatMap(ask => roles.map(({ arn }) => outcome(ask(send, arn)))))
    },
    told: /^(AccessDenied(Exception)?|InvalidStructureException|ValidationException): .*(Cross-account pass role is not allowed|iam:PassRole on resource: \S+ because no resource-based policy)/,
  },
  {
    way: 'another pipeline of A that is given the role of the line (aws:SourceArn)',
    tried: async it => {
      const pipeline = otherPipeline('deputy', it.names.pipelineRole.arn, it.names.bucket)
      return [await outcome(insider(it).send('codepipeline', new codepipeline.CreatePipelineCommand({ pipeline })))]
    },
    told: /^InvalidStructureException: CodePipeline is not authorized to perform AssumeRole on role \S+:role\/churn-pipeline/,
  },
  {
    way: 'another rule of A that is given the role that starts the line (aws:SourceArn)',
    async tried(it) {
      const { send } = insider(it)
      await DEPUTIES.events?.(send, it.names.triggerRole.arn)
      const since = it.line.audit().at(-1)?.number
      const Entries = [{ Source: 'deputy', DetailType: 'deputy', Detail: '{}' }]
      await send('events', new events.PutEventsCommand({ Entries }))
      await it.line.twin.settled()
      return it.line
        .audit(since)
        .flatMap(({ operation, outcome: told, message = '' }) =>
          operation === 'AssumeRole' || operation === 'StartPipelineExecution' ? [`${told}: ${message}`] : [],
        )
    },
    told: /^AccessDenied: User: events.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: \S+:role\/churn-trigger/,
  },
]
