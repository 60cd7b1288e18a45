import { randomBytes } from 'node:crypto'
import { Crc32c, Crc32Js, Crc64NvmeJs } from '@aws-sdk/checksums/crc'
import { expect, test } from 'vitest'
import { crc32, crc32c, crc64nvme, type Hash } from './crc.ts'

const hex = async (hash: Hash, ...pieces: Uint8Array[]) => {
  for (const piece of pieces) hash.update(piece)
  return Buffer.from(await hash.digest()).toString('hex')
}

/** https://reveng.sourceforge.io/crc-catalogue/all.htm: of the digits 1 to 9. */
test.each([
  ['CRC-32', crc32, 'cbf43926'],
  ['CRC-32C', crc32c, 'e3069283'],
  ['CRC-64/NVME', crc64nvme, 'ae8b14860a799888'],
] as const)('%s of the catalogue’s check', async (_name, make, check) => {
  expect(await hex(make(), Buffer.from('123456789'))).toBe(check)
})

test('as the SDK computes them, whatever the lengths and pieces', async () => {
  for (const size of [0, 1, 15, 16, 17, 1_000, 65_535, 65_536, 65_537, 200_001]) {
    const bytes = randomBytes(size)
    const pieces = [0, 7, Math.floor(size / 3), size].map((from, index, all) =>
      bytes.subarray(from, all[index + 1] ?? from),
    )
    const whole = Buffer.concat(pieces)
    for (const [ours, theirs] of [
      [crc32(), new Crc32Js()],
      [crc32c(), new Crc32c()],
      [crc64nvme(), new Crc64NvmeJs()],
    ] as const)
      expect(await hex(ours, ...pieces)).toBe(await hex(theirs, whole))
  }
})
