import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { message, region, sha256, signingKey } from '../request.ts'
import type { Kind, Making } from './kind.ts'

/** https://git-scm.com/docs/gitprotocol-common#_pkt_line_format */
const packets: readonly string[] = [
  '',
  '0000',
  '0004',
  '0003',
  'ffff',
  'xxxx',
  '00000000',
  '0005a',
  '001exxxx',
  `0094${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/main\0report-status`,
  `0032want ${'1'.repeat(40)}\n00000009done\n`,
  '0011command=fetch0000',
  `0070${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/../../x\0x0000PACK`,
  'PACK\0\0\0\x02\xff\xff\xff\xff',
]
const routes: readonly string[] = [
  'info/refs',
  'info/refs?service=git-upload-pack',
  'info/refs?service=git-receive-pack',
  'info/refs?service=../x',
  'git-upload-pack',
  'git-receive-pack',
  'HEAD',
  'objects/info/packs',
  '../../info/refs',
  'info/refs?service=%00',
]

const git = ({ from, world }: Making) => {
  const name = from.once(3)
    ? from.pick(['..', '%2e%2e', 'nobody', 'a.git', '__proto__', '-x'])
    : (world.names.repositoryname?.[0] ?? '')
  const path = `/v1/repos/${name}`
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+Z/g, '')
  const { accessKeyId, secretAccessKey } = world.administrator
  const key = signingKey(secretAccessKey, stamp.slice(0, 8), 'codecommit')
  const scope = `${stamp.slice(0, 8)}/${region}/codecommit/aws4_request`
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(`GIT\n${path}\n\nhost:twin\n\nhost\n`)].join('\n')
  const password = `${stamp}Z${createHmac('sha256', key).update(text).digest('hex')}`
  const credential = from.once(2)
    ? `${accessKeyId}:${password}`
    : from.pick([
        ':',
        accessKeyId,
        `${accessKeyId}:`,
        `${accessKeyId}%:${password}`,
        `%00:${password}`,
        `${accessKeyId}:99999999T999999Z${'0'.repeat(64)}`,
      ])
  const method = from.pick(['GET', 'POST', 'POST', 'PUT'])
  const packed = Buffer.from(from.pick(packets), 'latin1')
  const zipped = from.once(6)
  const headers = {
    authorization: `Basic ${Buffer.from(credential).toString('base64')}`,
    host: 'twin',
    'content-type': from.pick(['application/x-git-receive-pack-request', 'application/x-git-upload-pack-request', 'x']),
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    ...(from.once(4) ? { 'git-protocol': from.pick(['version=2', 'version=99', ':::']) } : {}),
  }
  const body = zipped && from.once(2) ? gzipSync(packed) : packed
  return {
    bytes: message(
      {
        service: '',
        method,
        target: `${path}/${from.pick(routes)}`,
        headers: {},
        body: method === 'GET' ? Buffer.alloc(0) : body,
      },
      headers,
    ),
  }
}

export const gitKinds: Record<string, Kind> = { git: { weight: 0.3, make: git } }
