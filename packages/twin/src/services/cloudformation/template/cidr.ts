import { templateError } from './errors.ts'
import type { Json } from './json.ts'

/** IPv4 only. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html */
export function cidr(argument: Json): Json {
  const [block, count, bits] = Array.isArray(argument) ? argument : []
  const [address = '', prefix = ''] = typeof block === 'string' ? block.split('/') : []
  const octets = address.split('.').map(Number)
  const valid = octets.length === 4 && octets.every(octet => Number.isInteger(octet) && octet >= 0 && octet <= 255)
  const [wanted, size] = [Number(count), Number(bits ?? 8)]
  const taken = 32 - size
  if (!valid || !(Number(prefix) <= taken) || !(wanted >= 1 && wanted <= 256)) {
    throw templateError('Fn::Cidr requires an IPv4 block, a count between 1 and 256 and the number of subnet bits')
  }
  const base = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const start = base - (base % 2 ** (32 - Number(prefix)))
  if (wanted > 2 ** (taken - Number(prefix))) throw templateError(`Fn::Cidr: ${block} has no room for ${wanted} blocks`)
  return Array.from({ length: wanted }, (_, index) => {
    const at = start + index * 2 ** size
    return `${[24, 16, 8, 0].map(shift => Math.floor(at / 2 ** shift) % 256).join('.')}/${taken}`
  })
}
