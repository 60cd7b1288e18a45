import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

interface GitCredential {
  accessKeyId: string
  sessionToken?: string
  /** `20260102T030405` */
  stamp: string
  signature: string
}

/** \`AKID[%TOKEN]\` and \`STAMP'Z'SIGNATURE\`, as \`aws codecommit credential-helper\` writes them. */
export function readCredential(header: string | undefined): GitCredential | undefined {
  const basic = /^Basic +(.+)$/i.exec(header ?? '')?.[1]
  if (basic === undefined) return undefined
  const [user = '', password = ''] = Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s)
  const [accessKeyId = '', sessionToken] = user.split(/%(.*)/s)
  const [, stamp = '', signature = ''] = /^(\d{8}T\d{6})Z([0-9a-f]{64})$/.exec(password) ?? []
  return { accessKeyId, stamp, signature, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

/** The method is GIT, the body absent, the port left out; the string to sign has the time without its Z. */
export function gitSignature(secret: string, region: string, host: string, path: string, stamp: string): string {
  const canonical = `GIT\n${path}\n\nhost:${host.replace(/:\d+$/, '')}\n\nhost\n`
  const scope = `${stamp.slice(0, 8)}/${region}/codecommit/aws4_request`
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, stamp.slice(0, 8)), region), 'codecommit'), 'aws4_request')
  const digest = createHash('sha256').update(canonical).digest('hex')
  return hmac(key, `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${digest}`).toString('hex')
}

export const sameSignature = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/** Of the time in a password; NaN when it is none. */
export const signedAt = (stamp: string) =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'))
