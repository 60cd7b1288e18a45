import { type Call, compare } from './load.ts'
import { type BenchOperation, type OperationName, operations } from './operations.ts'
import { rawConnection } from './raw-connection.ts'
import type { Row, Target } from './row.ts'
import type { Server } from './server.ts'
import type { SignedRequest } from './signed-request.ts'
import type { TwinServer } from './twin-server.ts'

export interface Servers {
  twin: TwinServer
  echo: Server
  canned: Server
}

interface Measured {
  name: string
  /** The pre-signing client, beside the echo of the same bytes. */
  signed?: Target
  /** The SDK's client, beside itself on an empty handler. */
  sdk?: Target
  /** Of one call, where bytes a second say more than calls do. */
  megabytes?: number
}

const ratio = (least: number): Target => ({ of: 'ratio', least })
const megabytes = (least: number): Target => ({ of: 'value', least })
const mebibyte = 1.048576

export const measured: Record<OperationName, Measured> = {
  sts: { name: 'GetCallerIdentity', signed: ratio(0.25), sdk: ratio(0.7) },
  dataKey: { name: 'GenerateDataKey', sdk: ratio(0.6) },
  decrypt: { name: 'Decrypt', sdk: ratio(0.6) },
  put1k: { name: 'PutObject 1 KiB', sdk: ratio(0.6) },
  get1k: { name: 'GetObject 1 KiB', sdk: ratio(0.6) },
  put1m: { name: 'PutObject 1 MiB', signed: megabytes(300), megabytes: mebibyte },
  get1m: { name: 'GetObject 1 MiB', signed: megabytes(300), megabytes: mebibyte },
  start: { name: 'StartExecution of a Pass machine' },
}

/** Each operation by both clients, beside what they reach elsewhere; rows as they come. */
export async function* callRows(servers: Servers, wanted: (name: string) => boolean): AsyncGenerator<Row> {
  const all = await operations(servers.twin)
  for (const [name, about] of Object.entries(measured) as [OperationName, Measured][]) {
    if (wanted(name)) yield* rowsOf(servers, about, all[name])
  }
}

async function* rowsOf({ twin, echo, canned }: Servers, about: Measured, operation: BenchOperation) {
  await teach(canned, twin, operation)
  const [signed, echoed, sdk, emptied] = (await compare([
    { server: twin, call: await signedCall(twin.endpoint, operation) },
    { server: echo, call: await signedCall(echo.endpoint, operation) },
    { server: twin, call: operation.sdk(twin.endpoint) },
    { server: canned, call: operation.sdk(canned.endpoint) },
  ])) as [Rate, Rate, Rate, Rate]
  const factor = about.megabytes ?? 1
  const unit = about.megabytes === undefined ? '/s' : 'MB/s'
  const row = (client: string, ours: Rate, server: 'echo' | 'empty handler', other: Rate, target?: Target): Row => ({
    measure: `${about.name}, ${client}`,
    ours: ours.perSecond * factor,
    unit,
    cpu: ours.cpu,
    beside: { server, value: other.perSecond * factor, cpu: other.cpu },
    ...(target === undefined ? {} : { target }),
  })
  yield row('pre-signed', signed, 'echo', echoed, about.signed)
  yield row('SDK', sdk, 'empty handler', emptied, about.sdk)
}

type Rate = Awaited<ReturnType<typeof compare>>[number]

async function signedCall(endpoint: string, operation: BenchOperation): Promise<Call> {
  const requests = await operation.signed(endpoint)
  const open = requests.map(request => ({ request, connection: rawConnection(endpoint) }))
  return async number => {
    const { request, connection } = open[number]!
    const { status, body } = await connection.send(request.bytes)
    if (status !== 200) throw new Error(`${status} ${body.toString()}`)
  }
}

/** Hands the empty handler the twin's own answer. */
async function teach(canned: Server, twin: Server, operation: BenchOperation): Promise<void> {
  const [request] = (await operation.signed(twin.endpoint)) as [SignedRequest]
  const connection = rawConnection(twin.endpoint)
  const { status, head, body } = await connection.send(request.bytes)
  connection.close()
  if (status !== 200) throw new Error(`${status} ${body.toString()}`)
  const headers = Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map(field => field.split(/: (.*)/s).slice(0, 2) as [string, string])
      .filter(([name]) => !/^(connection|keep-alive)$/i.test(name)),
  )
  const answer = JSON.stringify({ status, headers, body: body.toString('base64') })
  await fetch(`${canned.endpoint}/_answer`, { method: 'POST', body: answer })
}
