import type { Readable } from 'node:stream'
import { AwsError } from '../engine/aws-error.ts'
import type { BodyStream } from './body.ts'
import type { Fault } from './fault.ts'
import type { Incoming } from './request.ts'
import type { Route } from './route.ts'
import type { Service } from './service.ts'

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | Uint8Array | Readable | undefined
}

/** A verified request, ready to be read. */
export interface Request {
  incoming: Incoming
  route: Route
  /** Whole, or the stream itself when the operation takes one. */
  body: Buffer | BodyStream
  form: URLSearchParams | undefined
}

export interface Context {
  incoming: Incoming
  requestId: string
}

export type Output = Record<string, unknown>

/** One protocol, seen from the server. */
export interface Codec {
  decode(request: Request): Promise<unknown>
  encode(route: Route, output: Output, context: Context): Promise<Answer>
  fault(fault: Fault, service: Service | undefined, context: Context): Answer
}

export const statusOf = (output: Output, usual: number): number =>
  (output.$metadata as { httpStatusCode?: number } | undefined)?.httpStatusCode ?? usual

const DEEPEST = 100

/** Before parsing, since both the parser's and our own recursion would follow it. */
export const checkDepth = (text: string): void => {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i)
    if (quoted) {
      if (character === 92) i++
      else if (character === 34) quoted = false
    } else if (character === 34) quoted = true
    else if (character === 123 || character === 91) {
      if (++depth > DEEPEST) throw new AwsError('MalformedInput', `JSON is nested deeper than ${DEEPEST} levels.`)
    } else if (character === 125 || character === 93) depth--
  }
}
