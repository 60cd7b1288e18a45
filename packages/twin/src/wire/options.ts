import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Credential } from './authenticate.ts'
import type { WireService } from './service.ts'
import type { Vouching } from './tls.ts'

/** One verified call, typed by its schema. */
export interface Received {
  /** The short name it was registered under. */
  service: string
  operation: string
  input: unknown
  region: string
  /** Absent: nobody signed it. */
  accessKeyId?: string
  sessionToken?: string
  presigned: boolean
  requestId: string
  /** TLS, or this machine talking to itself where there is none. */
  secure: boolean
  /** `TLSv1.3`, where there is TLS. */
  tls?: string
  sourceIp: string
  userAgent: string
  host: string
  signedAt?: Date
  headers: Record<string, string>
}

export interface WireOptions {
  services: WireService[]
  /** Looked up before a signature is verified. */
  credential(accessKeyId: string): Credential | undefined
  /** Typed output; throws an AwsError or an exception of the SDK's. */
  answer(call: Received): Promise<unknown>
  /** Asked first, for what is no AWS API. True: it has answered, or will. */
  other?(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean>
  /** Present: TLS is spoken, and plain HTTP, from wherever it comes, is not secure. */
  tls?(): Promise<Vouching>
  now(): number
  requestId(): string
  /** Hears of what was thrown and is no AWS error; its sender sees only an internal failure. */
  unexpected?(error: unknown): void
}
