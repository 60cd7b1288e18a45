/** IPv4 only. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html */
export function cidr(argument: unknown): string[] | undefined {
  const [block, count, bits] = Array.isArray(argument) ? (argument as unknown[]) : []
  const [address = '', prefix = ''] = typeof block === 'string' ? block.split('/') : []
  const octets = address.split('.').map(Number)
  const valid = octets.length === 4 && octets.every(octet => Number.isInteger(octet) && octet >= 0 && octet <= 255)
  const [wanted, size] = [Number(count), Number(bits ?? 8)]
  const length = 32 - size
  const whole = [wanted, size, Number(prefix)].every(Number.isInteger)
  if (!valid || !whole || !(Number(prefix) <= length) || !(wanted >= 1 && wanted <= 256)) return undefined
  const base = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const start = base - (base % 2 ** (32 - Number(prefix)))
  return Array.from({ length: wanted }, (_, index) => {
    const at = start + index * 2 ** size
    return `${[24, 16, 8, 0].map(shift => Math.floor(at / 2 ** shift) % 256).join('.')}/${length}`
  })
}
