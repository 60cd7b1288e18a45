import { type Parts, signed } from '../request.ts'
import type { Kind, Making } from './kind.ts'

const hostile: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-1',
  '1e999',
  '-0',
  '12345678901234567890123',
  '0.1',
  '""',
  '"x"',
  '"\\ud800"',
  '"\\u0000"',
  '"__proto__"',
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '[{}]',
  '{"":{}}',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"toString":1,"hasOwnProperty":2,"length":-1}',
  `"${'x'.repeat(20_000)}"`,
  `[${'1,'.repeat(2000)}1]`,
  '{"then":{}}',
  '{"toJSON":1}',
  '{"a":1,"a":[]}',
]
const texts: readonly ((text: string, { from }: Making) => string)[] = [
  text => text.slice(0, text.length >> 1),
  text => `${text}${text}`,
  text => `\ufeff${text}`,
  text => `[${text}]`,
  text => '['.repeat(5000) + text,
  text => '{"a":'.repeat(90) + text + '}'.repeat(90),
  text => text.replace('{', '{"__proto__":{"a":1},'),
  text => text.replace(/"([^"]+)":/, '"$1":null,"$1":'),
  text => text.replaceAll('"', "'"),
  text => text.replace('}', ',}'),
  text => text.replace(/:"/, ':"\\'),
  () => '',
  () => 'null',
  () => '"x"',
  (_, { from }) => from.text(50),
]

/** A value somewhere in the tree becomes another. */
function bend(tree: unknown, making: Making): string {
  const places: number[] = []
  const text = JSON.stringify(tree)
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1))
    if (text[at - 1] === '"') places.push(at + 1)
  if (places.length === 0) return text
  const at = making.from.pick(places)
  const old = /^(?:"(?:[^"\\]|\\.)*"|-?[\d.eE+-]+|true|false|null)/.exec(text.slice(at))?.[0] ?? ''
  return old === '' ? text : `${text.slice(0, at)}${making.from.pick(hostile)}${text.slice(at + old.length)}`
}

const isJson = ({ headers }: Parts) => /json/.test(headers['content-type'] ?? '')

const json = (making: Making) => {
  const { from, world } = making
  const parts = making.base(isJson)
  let text = parts.body.toString()
  if (from.once(3)) text = from.pick(texts)(text, making)
  else {
    for (let count = from.below(2) + 1; count > 0; count--) {
      try {
        text = bend(JSON.parse(text), making)
      } catch {
        break
      }
    }
  }
  let body = Buffer.from(text)
  if (from.once(10) && body.length > 0) {
    body = Buffer.from(body)
    for (let count = from.below(5) + 1; count > 0; count--) body[from.below(body.length)] = from.below(256)
  }
  return { bytes: signed({ ...parts, body }, world.administrator) }
}

const names: readonly string[] = [
  'Tags.member.999999999.Key',
  'Tags.member.-1.Key',
  'Tags.member.NaN.Key',
  'Tags.member.1e9.Key',
  'Tags.member.1.Key.x',
  'Tags.member',
  'Tags',
  'Tags.',
  '.Tags',
  'Tags..member..1',
  'Tags.member.1',
  'Tags.member.0.Value',
  'Tags.entry.1.key',
  '__proto__',
  '__proto__.polluted',
  'constructor.prototype.polluted',
  'toString.x',
  'RoleName.member.1',
  'RoleName.a',
  'Action.member.1',
  'Version.1',
  'a.'.repeat(50),
  'a.'.repeat(200),
  '1.2.3',
  '0',
  'PolicyArns.member.1.arn',
  'Parameters.member.1.ParameterKey',
  'MaxItems',
  'DurationSeconds',
  'MaxSessionDuration',
  'NextToken',
  'Marker',
  'PathPrefix',
  'TemplateBody',
  'Capabilities.member.1',
  '',
  ' ',
  '\0',
]
const values: readonly string[] = [
  '',
  'x',
  '-1',
  'NaN',
  '1e999',
  'true',
  '\0',
  '%',
  '+',
  '\ud800',
  '{}',
  '__proto__',
  'x'.repeat(10_000),
  '2026-01-01',
  '999999999999',
]
const forms: readonly ((text: string) => string)[] = [
  text => text.replaceAll('&', ';'),
  text => `${text}&${text}`,
  text => text.replace(/Action=\w+/, 'Action=constructor'),
  text => text.replace(/Action=\w+/, ''),
  text => text.replace(/Version=[\d-]+/, 'Version=1'),
  text => text.replace(/Version=[\d-]+/, ''),
  text => `${text}&%`,
  text => `${text}&%ff=%c0%80`,
  text => `${text}&=&=&&&==`,
  text => text.slice(0, text.length >> 1),
  text => text + '&a=b'.repeat(5000),
  text => text.replaceAll('.member.', '.entry.'),
  text => text.replaceAll('.1.', '.2.'),
  text => text.replaceAll('.1', ''),
]

const isForm = ({ headers }: Parts) => headers['content-type']?.startsWith('application/x-www-form') === true

const form = (making: Making) => {
  const { from, world } = making
  const parts = making.base(isForm)
  let text = parts.body.toString()
  if (from.once(4)) text = from.pick(forms)(text)
  else
    for (let count = from.below(3) + 1; count > 0; count--)
      text += `&${from.once(8) ? from.pick(names) : encodeURIComponent(from.pick(names))}=${encodeURIComponent(from.pick(values).toWellFormed())}`
  const get = from.once(8) && text.length < 8000
  const sent = get
    ? { ...parts, method: 'GET', target: `/?${text.replace(/[ \0]/g, '')}`, headers: {}, body: Buffer.alloc(0) }
    : { ...parts, body: Buffer.from(text) }
  return { bytes: signed(sent, world.administrator) }
}

const laughs = `<!DOCTYPE x [<!ENTITY a "ha">${Array.from({ length: 12 }, (_, at) => `<!ENTITY ${String.fromCharCode(98 + at)} "${`&${String.fromCharCode(97 + at)};`.repeat(10)}">`).join('')}]>`
const xmls: readonly ((text: string) => string)[] = [
  text => `${laughs}${text.replace(/>([^<]*)</, '>&m;<')}`,
  text => `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${text.replace(/>([^<]*)</, '>&e;<')}`,
  text => `<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x">${text}`,
  text => text.replace(/>([^<>]+)</, '><![CDATA[$1]]><'),
  text => text.replace(/>([^<>]+)</, '><![CDATA[]]]]><![CDATA[>]]><'),
  text => text.replace(/>([^<>]+)</, '>&#0;&#xD800;&#x110000;&#99999999999;&bogus;&<'),
  text => text.replace(/xmlns="[^"]*"/, 'xmlns:a="b" xmlns="c"'),
  text => text.replace(/<(\w+)/, '<x:$1').replace(/<\/(\w+)>$/, '</x:$1>'),
  text => `${'<a>'.repeat(20_000)}${text}`,
  text => `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}${text}`,
  text => text.replace(/(<\w+[^>]*>)(<\w+)/, `$1${'<x>'.repeat(3000)}${'</x>'.repeat(3000)}$2`),
  text => text.replace(/<\/\w+>$/, ''),
  text => text.slice(0, text.length >> 1),
  text => `${text}${text}`,
  text => text.replace(/(<(\w+)>[^<]*<\/\2>)/, '$1'.repeat(50)),
  text => text.replace(/(<(\w+)>[^<]*<\/\2>)/, ''),
  text => text.replace(/>([^<>]+)</, `>${'x'.repeat(20_000)}<`),
  text => text.replace(/>([^<>]+)</, '><__proto__>x</__proto__><constructor/><'),
  text => text.replace(/>([^<>]+)</, '>-1<'),
  text => text.replace(/>([^<>]+)</, '><'),
  text => text.replace(/<(\w+)/, '<$1 a="1" a="2" b=c'),
  text => text.replaceAll('<', '&lt;'),
  text => `<?xml version="9" encoding="UTF-16"?>${text}`,
  text => `<!--${text}`,
  text => `<?x ${text}`,
  () => '<__proto__/>',
  () => '<constructor><a/></constructor>',
  () => '<',
  () => '',
  () => 'text',
  () => '{"a":1}',
  () => '\0',
]

/** What S3 reads as XML, with a body for those whose shape is not made by itself. */
const documents = ({ world, from }: Making): Parts => {
  const bucket = world.names.bucket?.[0] ?? ''
  const upload = encodeURIComponent(world.names.uploadid?.[0] ?? '')
  const table: readonly [method: string, target: string, body: string][] = [
    [
      'POST',
      `/${bucket}/parts?uploadId=${upload}`,
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>',
    ],
    ['POST', `/${bucket}?delete`, '<Delete><Object><Key>nothing</Key></Object><Quiet>true</Quiet></Delete>'],
    [
      'PUT',
      `/${bucket}/code.zip?tagging`,
      '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
    ],
    ['PUT', `/${bucket}?tagging`, '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'],
    [
      'PUT',
      `/${bucket}?encryption`,
      '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
    ],
    [
      'PUT',
      `/${bucket}?lifecycle`,
      '<LifecycleConfiguration><Rule><Filter><Prefix>x</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
    ],
    [
      'PUT',
      `/${bucket}?notification`,
      '<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>',
    ],
    ['PUT', `/${bucket}?logging`, '<BucketLoggingStatus/>'],
    [
      'PUT',
      `/${bucket}?ownershipControls`,
      '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
    ],
    [
      'PUT',
      `/${bucket}?publicAccessBlock`,
      '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
    ],
    ['PUT', `/${bucket}?versioning`, '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'],
    [
      'PUT',
      `/fuzz-new-${from.below(1e6)}`,
      '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>',
    ],
    ['PUT', `/${bucket}?acl`, '<AccessControlPolicy><Owner><ID>x</ID></Owner></AccessControlPolicy>'],
  ]
  const [method, target, body] = from.pick(table)
  return { service: 's3', method, target, headers: {}, body: Buffer.from(body) }
}

const xml = (making: Making) => {
  const { from, world } = making
  const parts = documents(making)
  const body = Buffer.from(from.once(10) ? parts.body : from.pick(xmls)(parts.body.toString()))
  if (from.once(6) && body.length > 0) body[from.below(body.length)] = from.below(256)
  return { bytes: signed({ ...parts, body }, world.administrator) }
}

/** https://www.rfc-editor.org/rfc/rfc8949: heads that say more than follows, tags, indefinite lengths. */
const cbors: readonly string[] = [
  '',
  'a0',
  'bf',
  'bfff',
  '9f',
  '9fff',
  '81'.repeat(5000),
  'a16161'.repeat(2000),
  'bbffffffffffffffff',
  '9bffffffffffffffff',
  '5bffffffffffffffff',
  '7bffffffffffffffff',
  '5b7fffffffffffffff',
  '9a7fffffff',
  'c1',
  'c1fb7ff0000000000000',
  'c2',
  'c249010000000000000000',
  'c4820119ffff',
  'f6',
  'f7',
  'f8ff',
  'fc',
  'ff',
  '1c',
  'fb7ff8000000000000',
  '3bffffffffffffffff',
  'a1695f5f70726f746f5f5fa1616101',
  'a16b636f6e7374727563746f7201',
  'a2616101616102',
  'a10101',
  'a1f601',
  '7f6161ff',
  '5f4161ff',
  'a1694e616d65737061636561',
  '61ff',
  '62c328',
  'a1694e616d657370616365f6',
  'a16a4d6574726963446174618100',
  'a2694e616d65737061636561616a4d657472696344617461a0',
  'a2694e616d65737061636561616a4d6574726963446174618181a0',
]

const cbor = ({ from, world }: Making) => {
  const operation = from.pick(['PutMetricData', 'ListMetrics', 'GetMetricStatistics', 'GetMetricData', 'constructor'])
  let body = Buffer.from(from.pick(cbors), 'hex')
  if (from.once(3)) body = Buffer.concat([body, from.bytes(from.below(40))])
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }
  const target = `/service/GraniteServiceVersion20100801/operation/${operation}`
  return { bytes: signed({ service: 'monitoring', method: 'POST', target, headers, body }, world.administrator) }
}

export const bodies: Record<string, Kind> = {
  'bent JSON': { weight: 14, make: json },
  'bent query forms': { weight: 7, make: form },
  'hostile XML': { weight: 5, make: xml },
  'hostile CBOR': { weight: 3, make: cbor },
}
