/** A set of small numbers: atoms of one dimension. */
export type Bits = Uint32Array

export function noBits(size: number): Bits {
  return new Uint32Array((size + 31) >>> 5)
}

export function allBits(size: number): Bits {
  const bits = noBits(size).fill(0xffffffff)
  if (size & 31) bits[bits.length - 1] = (1 << (size & 31)) - 1
  return bits
}

/** The indexes for which `holds`. */
export function bitsWhere(size: number, holds: (index: number) => boolean): Bits {
  const bits = noBits(size)
  for (let index = 0; index < size; index++) if (holds(index)) addBit(bits, index)
  return bits
}

export function addBit(bits: Bits, index: number): void {
  bits[index >>> 5]! |= 1 << (index & 31)
}

export function hasBit(bits: Bits, index: number): boolean {
  return (bits[index >>> 5]! & (1 << (index & 31))) !== 0
}

export function both(a: Bits, b: Bits): Bits {
  return a.map((word, i) => word & b[i]!)
}

export function either(a: Bits, b: Bits): Bits {
  return a.map((word, i) => word | b[i]!)
}

export function without(a: Bits, b: Bits): Bits {
  return a.map((word, i) => word & ~b[i]!)
}

export function isNone(bits: Bits): boolean {
  for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) return false
  return true
}

export function overlap(a: Bits, b: Bits): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i]! & b[i]!) !== 0) return true
  return false
}

export function within(a: Bits, b: Bits): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i]! & ~b[i]!) !== 0) return false
  return true
}

export function membersOf(bits: Bits): number[] {
  const members: number[] = []
  for (let i = 0; i < bits.length; i++) {
    for (let word = bits[i]!; word !== 0; word &= word - 1) members.push(i * 32 + 31 - Math.clz32(word & -word))
  }
  return members
}
