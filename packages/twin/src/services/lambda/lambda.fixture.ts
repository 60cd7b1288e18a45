import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateFunctionCommand, InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { type Twin, twin } from '../../twin.ts'

export const account = '333333333333'
export const region = 'us-east-1'

export const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))

export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`

export interface Line {
  it: Twin
  config(of?: string): {
    endpoint: string
    region: string
    maxAttempts: number
    credentials: { accessKeyId: string; secretAccessKey: string }
  }
  lambda: LambdaClient
  messages: string[]
  /** A role that `principal` may assume, with these statements. */
  role(name: string, statements: object[], principal?: object): Promise<void>
  /** `index.js` with this text. */
  make(name: string, source: string, role: string, more?: object): Promise<void>
  call(name: string, event?: unknown, more?: Partial<InvokeCommandInput>): Promise<{ answer: unknown; error?: string }>
  reopen(): Promise<void>
  close(): Promise<void>
}

export async function startLine(): Promise<Line> {
  const state = mkdtempSync(join(tmpdir(), 'twin-lambda-'))
  const messages: string[] = []
  const open = () => twin({ state, log: message => messages.push(message) })
  const config: Line['config'] = (of = account) => {
    const { accessKeyId, secretAccessKey } = line.it.operator(of)
    return { endpoint: line.it.endpoint, region, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } }
  }
  const line: Line = {
    it: await open(),
    config,
    lambda: undefined as never,
    messages,
    async role(RoleName, Statement, Principal = { Service: 'lambda.amazonaws.com' }) {
      const iam = new IAMClient(config())
      const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] }
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }))
      if (Statement.length === 0) return
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }))
    },
    async make(FunctionName, source, role, more = {}) {
      const Code = { ZipFile: zip({ 'index.js': source }) }
      const settings = { Runtime: 'nodejs24.x', Handler: 'index.handler', Role: roleArn(role), Timeout: 30 } as const
      await line.lambda.send(new CreateFunctionCommand({ FunctionName, Code, ...settings, ...more }))
    },
    async call(FunctionName, event = {}, more = {}) {
      const command = new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...more })
      const { Payload, FunctionError } = await line.lambda.send(command)
      const text = Buffer.from(Payload ?? '').toString()
      return { answer: text === '' ? undefined : JSON.parse(text), ...(FunctionError ? { error: FunctionError } : {}) }
    },
    async reopen() {
      await line.it.close()
      line.it = await open()
      line.lambda = new LambdaClient(config())
    },
    async close() {
      await line.it.close()
      rmSync(state, { recursive: true })
    },
  }
  line.lambda = new LambdaClient(config())
  return line
}
