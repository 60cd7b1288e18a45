import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { blobKey, frameCount, frameSize, frames, openFrame, sealFrame } from './frame.ts'

const key = blobKey(randomBytes(32), 'blob')

async function* cut(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function sealed(bytes: Buffer, size: number): Promise<Buffer[]> {
  const all: Buffer[] = []
  for await (const frame of frames(cut(bytes, size))) all.push(Buffer.concat(sealFrame(key, all.length, frame)))
  return all
}

test.each([0, 1, 4_095, frameSize - 1, frameSize, frameSize + 1, 2 * frameSize])(
  '%i bytes come back, in whatever pieces they came',
  async length => {
    const bytes = randomBytes(length)
    for (const size of [1, 100, 4_096, 65_536, 3 * frameSize]) {
      const all = await sealed(bytes, size)
      expect(all.length).toBe(frameCount(length))
      const opened = all.map((frame, index) => openFrame(key, index, index === all.length - 1, frame))
      expect(Buffer.concat(opened).equals(bytes)).toBe(true)
    }
  },
)

test('a frame opens in its own place only', async () => {
  const [first, second] = await sealed(randomBytes(frameSize + 1), 65_536)
  expect(() => openFrame(key, 0, true, first ?? Buffer.alloc(0))).toThrow()
  expect(() => openFrame(key, 0, false, second ?? Buffer.alloc(0))).toThrow()
  expect(() => openFrame(blobKey(randomBytes(32), 'blob'), 0, false, first ?? Buffer.alloc(0))).toThrow()
})
