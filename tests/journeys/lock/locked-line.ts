import * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as sts from '@aws-sdk/client-sts'
import { type DeployNames, type Names, namesOf } from '@tripoint/pipeline'
import type { Connection, Credentials } from '../../../packages/cli/src/cloud/cloud.ts'
import { people } from '../../../packages/cli/src/demo/people.ts'
import { each, type Send, sendAs } from '../escalation/account.ts'
import { BYSTANDERS } from '../escalation/bystanders.ts'
import { type Field, openField } from '../escalation/field.ts'
import type { Line } from '../line.ts'

/** Somebody who holds credentials. */
export interface Holder {
  readonly who: string
  readonly arn: string
  readonly account: string
  readonly connection: Connection
  readonly send: Send
}

/** A line that has run on a twin with TLS, and everybody who will try its lock. */
export interface LockedLine {
  readonly field: Field
  readonly line: Line
  readonly names: Names
  readonly deploy: DeployNames
  readonly keyArn: string
  /** Under the line's key, made by one who is trusted with its policy. */
  readonly ciphertext: Uint8Array
  /** Another key of A, which everybody in A may use. */
  readonly otherKeyArn: string
  /** Of every account and of one that has nothing to do with the line: all rights in it, and not on the access list. */
  readonly strangers: readonly Holder[]
  readonly people: Readonly<Record<'publisher' | 'approver', Holder>>
  readonly nobody: string
  /** What the twin has logged. */
  readonly told: readonly string[]
}

const NOBODY = '444444444444'
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

export async function openLockedLine(): Promise<LockedLine> {
  const told: string[] = []
  const field = await openField({ tls: true, log: text => void told.push(text) })
  const { line, owner } = field
  const names = namesOf(line.definition)
  const keyArn = field.scene(field.actor('pipeline-role')).keyArn
  const deploy = Object.values(names.stages).find(({ kind }) => kind === 'deploy-endpoint') as DeployNames
  const { KeyMetadata } = await owner.shared<kms.CreateKeyCommandOutput>('kms', new kms.CreateKeyCommand({}))
  const named = await people(line.definition, line.account('shared'), line.place)
  const person = (name: string) => {
    const arn = `arn:aws:iam::${names.account}:user/${name}`
    return holder(`the ${name}`, arn, { ...line.account('shared'), credentials: named[arn] as Credentials })
  }
  const accounts = [...Object.values(line.definition.accounts), NOBODY]
  return {
    field,
    line,
    names,
    deploy,
    keyArn,
    ciphertext: await trusted(owner.shared, keyArn, ['kms:Encrypt'], () =>
      owner
        .shared<kms.EncryptCommandOutput>('kms', new kms.EncryptCommand({ KeyId: keyArn, Plaintext: Buffer.from('x') }))
        .then(({ CiphertextBlob = new Uint8Array() }) => CiphertextBlob),
    ),
    otherKeyArn: KeyMetadata?.Arn ?? '',
    strangers: (await each(accounts, account => strangersOf(line, account))).flat(),
    people: { publisher: person('publisher'), approver: person('approver') },
    nobody: NOBODY,
    told,
  }
}

const holder = (who: string, arn: string, connection: Connection): Holder => ({
  who,
  arn,
  account: connection.account,
  connection,
  send: sendAs(connection),
})

/** The root, a user and a role of an account, each with `*` on `*`. */
async function strangersOf(line: Line, account: string): Promise<Holder[]> {
  const at = (credentials: Credentials): Connection => ({ ...line.account('shared'), account, credentials })
  const administrator = at(line.twin.operator(account))
  const send = sendAs(administrator)
  const RoleName = BYSTANDERS.administrator
  const RoleArn = `arn:aws:iam::${account}:role/${RoleName}`
  if (account === NOBODY) {
    const Principal = { AWS: `arn:aws:iam::${account}:root` }
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
    })
    await send('iam', new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    await send('iam', new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: everything }))
  }
  const session = await assume(send, RoleArn)
  return [
    holder(`root of ${account}`, `arn:aws:iam::${account}:root`, at(line.twin.operator(account, { root: true }))),
    holder(`a user of ${account}`, `arn:aws:iam::${account}:user/administrator`, administrator),
    holder(`a role of ${account}`, RoleArn, at(session)),
  ]
}

export async function assume(
  send: Send,
  RoleArn: string,
  more: Partial<sts.AssumeRoleCommandInput> = {},
): Promise<Required<Credentials>> {
  const { Credentials } = await send<sts.AssumeRoleCommandOutput>(
    'sts',
    new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: 'lock', ...more }),
  )
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {}
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}

/** What one can do who may change the key's policy: he gives himself more, and takes it back. */
export async function trusted<Result>(
  administrator: Send,
  KeyId: string,
  Action: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  const { Policy: before = '' } = await administrator<kms.GetKeyPolicyCommandOutput>(
    'kms',
    new kms.GetKeyPolicyCommand({ KeyId }),
  )
  const { Arn } = await administrator<sts.GetCallerIdentityCommandOutput>('sts', new sts.GetCallerIdentityCommand({}))
  const policy = JSON.parse(before)
  policy.Statement.push({ Effect: 'Allow', Principal: { AWS: Arn }, Action, Resource: '*' })
  await administrator('kms', new kms.PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(policy) }))
  try {
    return await work()
  } finally {
    await administrator('kms', new kms.PutKeyPolicyCommand({ KeyId, Policy: before }))
  }
}
