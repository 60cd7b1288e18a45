import type { Env } from '../../../gate/index.ts'
import { isObject, type Json } from '../asl/index.ts'

/** Optimised integrations add what the HTTP response said. */
export function withMetadata(result: Json, env: Env, type = 'application/x-amz-json-1.1'): Json {
  const id = env.ids.uuid()
  const headers = {
    connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(JSON.stringify(result))),
    'Content-Type': type,
    Date: new Date(env.clock.now()).toUTCString(),
    'x-amzn-RequestId': id,
  }
  return {
    ...(isObject(result) ? result : {}),
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: id },
  }
}
