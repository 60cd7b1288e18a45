import { CreateKeyCommand, DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type Call, connections } from './load.ts'
import { type Client, type SignedRequest, signedRequest } from './signed-request.ts'
import type { TwinServer } from './twin-server.ts'

/** One operation, by the two clients. */
export interface BenchOperation {
  /** The SDK's client for an endpoint. */
  sdk(endpoint: string): Call
  /** Signed beforehand for an endpoint, one for each connection. */
  signed(endpoint: string): Promise<SignedRequest[]>
}

export type OperationName = 'sts' | 'dataKey' | 'decrypt' | 'put1k' | 'get1k' | 'put1m' | 'get1m' | 'start'

const configOf = (twin: TwinServer, endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: twin.credentials,
  forcePathStyle: true,
  requestHandler: { httpAgent: { maxSockets: connections, keepAlive: true } },
})

type Config = ReturnType<typeof configOf>
type ClientClass = new (config: Config) => object

/** `read`: what a user does with the output before the call is over. */
const operationOf = <Command>(
  twin: TwinServer,
  client: ClientClass,
  command: (connection: number) => Command,
  read: (output: unknown) => Promise<unknown> = async () => {},
): BenchOperation => {
  const open = (endpoint: string) => new client(configOf(twin, endpoint)) as Client<Command>
  return {
    sdk(endpoint) {
      const opened = open(endpoint)
      return async connection => void (await read(await opened.send(command(connection))))
    },
    signed: endpoint =>
      Promise.all(Array.from({ length: connections }, (_, number) => signedRequest(open(endpoint), command(number)))),
  }
}

/** Makes what they act on, and hands them out. */
export async function operations(twin: TwinServer): Promise<Record<OperationName, BenchOperation>> {
  const config = configOf(twin, twin.endpoint)
  const { KeyId, CiphertextBlob } = await sealed(new KMSClient(config))
  const Bucket = await bucket(new S3Client(config), KeyId)
  const stateMachineArn = await machine(new SFNClient(config), twin.account)
  const bodies = { small: Buffer.alloc(1024, 'x'), large: Buffer.alloc(1024 * 1024, 'x') }
  const put = (name: keyof typeof bodies) =>
    operationOf(
      twin,
      S3Client,
      number => new PutObjectCommand({ Bucket, Key: `${name}-${number}`, Body: bodies[name] }),
    )
  const get = (name: keyof typeof bodies) =>
    operationOf(
      twin,
      S3Client,
      number => new GetObjectCommand({ Bucket, Key: `${name}-${number}` }),
      async output => (output as GetObjectCommandOutput).Body?.transformToByteArray(),
    )
  for (const name of ['small', 'large'] as const) {
    const call = put(name).sdk(twin.endpoint)
    for (let number = 0; number < connections; number++) await call(number)
  }
  return {
    sts: operationOf(twin, STSClient, () => new GetCallerIdentityCommand({})),
    dataKey: operationOf(twin, KMSClient, () => new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' })),
    decrypt: operationOf(twin, KMSClient, () => new DecryptCommand({ CiphertextBlob })),
    put1k: put('small'),
    get1k: get('small'),
    put1m: put('large'),
    get1m: get('large'),
    start: operationOf(twin, SFNClient, () => new StartExecutionCommand({ stateMachineArn })),
  }
}

async function sealed(kms: KMSClient) {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const KeyId = KeyMetadata!.Arn!
  const { CiphertextBlob } = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
  return { KeyId, CiphertextBlob: CiphertextBlob! }
}

/** Its objects lie encrypted under the key, as the line's do. */
async function bucket(s3: S3Client, key: string): Promise<string> {
  const Bucket = 'bench'
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: key },
    BucketKeyEnabled: true,
  }
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }))
  return Bucket
}

async function machine(states: SFNClient, account: string): Promise<string> {
  const { stateMachineArn } = await states.send(
    new CreateStateMachineCommand({
      name: 'pass',
      roleArn: `arn:aws:iam::${account}:role/bench`,
      definition: JSON.stringify({ StartAt: 'Pass', States: { Pass: { Type: 'Pass', End: true } } }),
    }),
  )
  return stateMachineArn!
}
