import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as codecommit from '@aws-sdk/client-codecommit'
import type * as iam from '@aws-sdk/client-iam'
import * as kms from '@aws-sdk/client-kms'
import * as s3 from '@aws-sdk/client-s3'
import { type DeployNames, namesOf, type TrainNames } from '@tripoint/pipeline'
import { expect } from 'vitest'
import { type Line, openLine } from '../line.ts'
import { each, type Send, sendAs } from './account.ts'
import { type Actor, actorOf, labelsOf, rolesOf } from './actor.ts'
import { type Bystanders, bystanders, TRUSTED } from './bystanders.ts'
import type { RoleTarget, Scene, Template } from './path.ts'
import { standingOf } from './standing.ts'

const ACCOUNTS = ['shared', 'training', 'production'] as const
type Account = (typeof ACCOUNTS)[number]

/** A line that has run, its three accounts with people's things in them, and a session of every role. */
export interface Field {
  readonly line: Line
  readonly owner: Readonly<Record<Account, Send>>
  readonly actors: readonly Actor[]
  actor(label: string, account?: string): Actor
  scene(actor: Actor): Scene
  /** The administrator of an actor's account. */
  ownerOf(actor: Actor): Send
  /** All three accounts, a line for each thing. */
  standing(): Promise<string[]>
}

export async function openField(options: Parameters<typeof openLine>[1] = {}): Promise<Field> {
  const line = await openLine(undefined, options)
  try {
    await line.deploy()
    await line.prepare()
    const { id } = await line.push('First')
    expect(await line.finish(id)).toEqual({ status: 'Succeeded' })
    return await fieldOf(line, id)
  } catch (error) {
    await line.close()
    throw error
  }
}

async function fieldOf(line: Line, execution: string): Promise<Field> {
  const names = namesOf(line.definition)
  const stages = Object.values(names.stages)
  const train = stages.find(({ kind }) => kind === 'train') as TrainNames
  const deploy = stages.find(({ kind }) => kind === 'deploy-endpoint') as DeployNames
  const labels = labelsOf(line.definition)
  const connections = {
    shared: line.account('shared'),
    training: line.account('training'),
    production: line.account('production'),
  }
  const owner = {
    shared: sendAs(connections.shared),
    training: sendAs(connections.training),
    production: sendAs(connections.production),
  }
  const homes: Record<string, Bystanders> = {}
  const held: { account: Account; role: iam.Role; target: RoleTarget }[] = []
  for (const account of ACCOUNTS) {
    const number = connections[account].account
    homes[number] = await bystanders(number, owner[account])
    for (const role of await rolesOf(owner[account])) {
      const { Arn: arn = '', RoleName: name = '' } = role
      held.push({ account, role, target: { arn, name, label: labels.get(arn) ?? name, account: number } })
    }
  }
  const actors = await each(
    held.filter(({ target }) => !TRUSTED.includes(target.label)),
    ({ account, role, target }) => actorOf(connections[account], owner[account], role, target.label),
  )
  const things = await lineThings(line, owner.shared)
  const trainer = actors.find(({ label }) => label === train.trainingRole.label)
  const encrypted = await trainer?.send<kms.EncryptCommandOutput>(
    'kms',
    new kms.EncryptCommand({ KeyId: things.keyArn, Plaintext: Buffer.from('secret') }),
  )
  const rest = {
    names,
    train,
    deploy,
    region: names.region,
    everyRole: held.map(({ target }) => target),
    ...things,
    ciphertext: encrypted?.CiphertextBlob ?? new Uint8Array(),
    execution,
    template: JSON.parse(readFileSync(join(line.place.project, 'training.template.json'), 'utf8')) as Template,
  }
  const stacks: Readonly<Record<string, readonly string[]>> = {
    [names.account]: Object.values(names.stacks),
    [train.account]: [train.stack],
    [deploy.account]: [deploy.stack],
  }
  return {
    line,
    owner,
    actors,
    actor(label, account) {
      const found = actors.find(actor => actor.label === label && (account === undefined || actor.account === account))
      if (found === undefined) throw new Error(`nobody holds ${label}`)
      return found
    },
    ownerOf: ({ account }) => owner[ACCOUNTS.find(name => connections[name].account === account) ?? 'shared'],
    scene: actor => ({
      ...rest,
      actor,
      account: actor.account,
      home: homes[actor.account] as Bystanders,
      roles: rest.everyRole.filter(({ account }) => account === actor.account),
      stacks: stacks[actor.account] ?? [],
    }),
    standing: async () => (await each(ACCOUNTS, account => standingOf(account, owner[account]), 1)).flat(),
  }
}

/** What lies in the line's bucket and repository, and under which key. */
async function lineThings(line: Line, owner: Send): Promise<Pick<Scene, 'keyArn' | 'objects' | 'commit'>> {
  const names = namesOf(line.definition)
  const { Contents = [] } = await owner<s3.ListObjectsV2CommandOutput>(
    's3',
    new s3.ListObjectsV2Command({ Bucket: names.bucket }),
  )
  const under = (prefix: string) => {
    const { Key } = Contents.find(({ Key = '' }) => Key.startsWith(prefix)) ?? {}
    if (Key === undefined) throw new Error(`nothing lies under ${prefix}`)
    return Key
  }
  const objects = { data: under('data/'), model: under('models/'), artifact: under(`${names.pipeline}/`) }
  const encryption = await owner<s3.GetBucketEncryptionCommandOutput>(
    's3',
    new s3.GetBucketEncryptionCommand({ Bucket: names.bucket }),
  )
  const [rule] = encryption.ServerSideEncryptionConfiguration?.Rules ?? []
  const repositoryName = line.definition.source.repository
  const { branch } = await owner<codecommit.GetBranchCommandOutput>(
    'codecommit',
    new codecommit.GetBranchCommand({ repositoryName, branchName: 'main' }),
  )
  return {
    keyArn: rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID ?? '',
    objects,
    commit: branch?.commitId ?? '',
  }
}
