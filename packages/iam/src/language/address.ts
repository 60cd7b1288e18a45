export interface AddressRange {
  readonly bits: 32 | 128
  readonly base: bigint
  readonly prefix: number
}

export function parseRange(text: string): AddressRange | undefined {
  const [address = '', length, ...rest] = text.trim().split('/')
  const parsed = parseAddress(address)
  if (!parsed || rest.length > 0) return undefined
  const prefix = length === undefined ? parsed.bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN
  return prefix <= parsed.bits ? { ...parsed, prefix } : undefined
}

export function inRange(range: AddressRange, address: { bits: 32 | 128; base: bigint }): boolean {
  const shift = BigInt(range.bits - range.prefix)
  return range.bits === address.bits && range.base >> shift === address.base >> shift
}

export function parseAddress(text: string): { bits: 32 | 128; base: bigint } | undefined {
  if (!text.includes(':')) {
    const base = parseV4(text)
    return base === undefined ? undefined : { bits: 32, base }
  }
  const base = parseV6(text)
  return base === undefined ? undefined : { bits: 128, base }
}

function parseV4(text: string): bigint | undefined {
  const octets = text.split('.')
  if (octets.length !== 4) return undefined
  let value = 0
  for (const octet of octets) {
    if (!/^\d{1,3}$/.test(octet) || Number(octet) > 255) return undefined
    value = value * 256 + Number(octet)
  }
  return BigInt(value)
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [left, right] = [groupsOf(halves[0]!), groupsOf(halves[1] ?? '')]
  if (!left || !right) return undefined
  const gap = 8 - left.length - right.length
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined
  return [...left, ...Array<bigint>(gap).fill(0n), ...right].reduce((value, group) => (value << 16n) | group, 0n)
}

function groupsOf(text: string): bigint[] | undefined {
  if (text === '') return []
  const groups: bigint[] = []
  for (const group of text.split(':')) {
    const v4 = group.includes('.') ? parseV4(group) : undefined
    if (v4 !== undefined) groups.push(v4 >> 16n, v4 & 0xffffn)
    else if (/^[0-9a-f]{1,4}$/i.test(group)) groups.push(BigInt(`0x${group}`))
    else return undefined
  }
  return groups
}
