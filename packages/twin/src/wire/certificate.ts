import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  webcrypto,
  X509Certificate,
} from 'node:crypto'
import { isIP } from 'node:net'
import * as asn1 from 'asn1js'
import * as pki from 'pkijs'

/** A private key and what vouches for it, as PEM. */
export interface Pair {
  key: string
  certificate: string
}

export interface Writing {
  /** 1 to 20 bytes, never to come again. */
  serial: Uint8Array
  now: number
}

const DAY = 86_400_000
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' }

const OID = {
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const

/** Bits of https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3, the first one highest, and how many of the byte are unused. */
const USAGE = { signs: { bits: 0b1000_0000, unused: 7 }, issues: { bits: 0b0000_0110, unused: 1 } } as const

export function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** A certificate that vouches for itself, and may sign those of servers and no other authority's. */
export async function authorityCertificate(key: string, name: string, writing: Writing): Promise<string> {
  const made = blank(name, 3650, writing)
  made.issuer = made.subject
  made.extensions = [
    extension(OID.basicConstraints, new pki.BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    extension(OID.keyUsage, usage(USAGE.issues), true),
    extension(OID.subjectKeyIdentifier, identifier(key)),
  ]
  return signed(made, key, key)
}

/** A server's key and certificate. Clients refuse those that are good for longer than 398 days. */
export async function serverPair(
  authority: Pair,
  key: string,
  names: readonly string[],
  writing: Writing,
): Promise<Pair> {
  const made = blank(names[0] ?? '', 397, writing)
  made.issuer = parsed(authority.certificate).subject
  made.extensions = [
    extension(OID.basicConstraints, new pki.BasicConstraints({ cA: false }), true),
    extension(OID.keyUsage, usage(USAGE.signs), true),
    extension(OID.extendedKeyUsage, new pki.ExtKeyUsage({ keyPurposes: [OID.serverAuthentication] })),
    extension(OID.subjectAlternativeName, new pki.AltName({ altNames: names.map(generalName) })),
    extension(OID.subjectKeyIdentifier, identifier(key)),
    extension(OID.authorityKeyIdentifier, new pki.AuthorityKeyIdentifier({ keyIdentifier: identifier(authority.key) })),
  ]
  return { key, certificate: await signed(made, key, authority.key) }
}

function blank(name: string, days: number, { serial, now }: Writing): pki.Certificate {
  // The highest bit would make it negative, a leading zero is not allowed.
  const number = Uint8Array.from(serial, (byte, at) => (at === 0 ? (byte & 0x7f) | 0x40 : byte))
  const made = new pki.Certificate({
    version: 2,
    serialNumber: new asn1.Integer({ valueHex: number.buffer }),
    // A client's clock may be behind.
    notBefore: new pki.Time({ value: new Date(now - DAY) }),
    notAfter: new pki.Time({ value: new Date(now + days * DAY) }),
  })
  made.subject.typesAndValues.push(
    new pki.AttributeTypeAndValue({ type: OID.commonName, value: new asn1.Utf8String({ value: name.slice(0, 64) }) }),
  )
  return made
}

async function signed(made: pki.Certificate, subjectKey: string, issuerKey: string): Promise<string> {
  const spki = createPublicKey(subjectKey).export({ type: 'spki', format: 'der' })
  await made.subjectPublicKeyInfo.importKey(await webcrypto.subtle.importKey('spki', spki, CURVE, true, ['verify']))
  const pkcs8 = createPrivateKey(issuerKey).export({ type: 'pkcs8', format: 'der' })
  await made.sign(await webcrypto.subtle.importKey('pkcs8', pkcs8, CURVE, false, ['sign']), 'SHA-256')
  return new X509Certificate(Buffer.from(made.toSchema(true).toBER())).toString()
}

const parsed = (pem: string): pki.Certificate => pki.Certificate.fromBER(new X509Certificate(pem).raw)

const extension = (
  extnID: string,
  value: asn1.BaseBlock | { toSchema(): asn1.BaseBlock },
  critical = false,
): pki.Extension =>
  new pki.Extension({ extnID, critical, extnValue: ('toSchema' in value ? value.toSchema() : value).toBER() })

/** Strict clients, Python's since 3.13 among them, want both: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.2 */
function identifier(key: string): asn1.OctetString {
  const spki = pki.PublicKeyInfo.fromBER(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const digest = createHash('sha1').update(spki.subjectPublicKey.valueBlock.valueHexView).digest()
  return new asn1.OctetString({ valueHex: Uint8Array.from(digest).buffer })
}

const usage = ({ bits, unused }: { bits: number; unused: number }): asn1.BitString =>
  new asn1.BitString({ valueHex: Uint8Array.of(bits).buffer, unusedBits: unused })

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6: 2 is a DNS name, 7 the bytes of an address. */
const generalName = (name: string): pki.GeneralName =>
  isIP(name) === 0
    ? new pki.GeneralName({ type: 2, value: name })
    : new pki.GeneralName({ type: 7, value: new asn1.OctetString({ valueHex: addressBytes(name).buffer }) })

function addressBytes(address: string): Uint8Array<ArrayBuffer> {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number))
  // A URL writes an IPv4 tail in hexadecimal and leaves no more than one run of zeros out.
  const [head = '', tail] = new URL(`http://[${address.split('%')[0]}]/`).hostname.slice(1, -1).split('::')
  const groups = (text = '') => text.split(':').filter(Boolean)
  const missing = 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)].map(group =>
    Number.parseInt(group, 16),
  )
  return Uint8Array.from(all.flatMap(group => [group >> 8, group & 0xff]))
}
