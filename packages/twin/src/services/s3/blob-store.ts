import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Env } from '../../gate/index.ts'
import { blobKey, type Frame, frameCount, frameSize, frames, openFrame, sealFrame, tagSize } from './frame.ts'

/** Ciphertext; whoever reads it brings the data key. */
export interface Blob {
  id: string
  size: number
  /** Of few bytes: they lie in the record, and there is no file. */
  sealed?: Uint8Array
}

/** Up to here a file of its own, with the two flushes that it needs, costs more than a larger record. */
const fewBytes = 4_096

export interface BlobStore {
  /** On disk for good when this resolves; the caller commits the record. */
  write(id: string, dataKey: Uint8Array, source: AsyncIterable<Uint8Array>): Promise<Blob>
  /** The plaintext from `start` up to `end`. */
  read(blob: Blob, dataKey: Uint8Array, start: number, end: number): AsyncGenerator<Uint8Array>
  /** Keeps the files until the result is called, even if their object is overwritten meanwhile. */
  hold(blobs: readonly Blob[]): () => void
  /** For after the commit that makes them unreachable. */
  remove(blobs: readonly Blob[]): void
  /** Removes what a crash left between file and record. */
  sweep(isReferenced: (id: string) => boolean): Promise<void>
}

const stores = new WeakMap<Env['store'], BlobStore>()

export function blobsOf({ store, directory }: Pick<Env, 'store' | 'directory'>): BlobStore {
  const known = stores.get(store)
  if (known !== undefined) return known
  const fresh = blobStore(join(directory, 's3'))
  stores.set(store, fresh)
  return fresh
}

function blobStore(directory: string): BlobStore {
  const held = new Map<string, number>()
  const doomed = new Set<string>()
  const pathOf = (id: string) => join(directory, id.slice(0, 2), id)
  const drop = (id: string) => void rm(pathOf(id), { force: true })
  return {
    async write(id, dataKey, source) {
      const key = blobKey(dataKey, id)
      const pieces = frames(source)
      const { value: first } = await pieces.next()
      if (first?.last === true && first.bytes.length <= fewBytes)
        return { id, size: first.bytes.length, sealed: sealFrame(key, 0, true, first.bytes) }
      const path = pathOf(id)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const file = await open(path, 'wx', 0o600)
      try {
        const size = await writeFrames(file, key, first, pieces)
        await file.sync()
        await syncDirectory(dirname(path))
        return { id, size }
      } catch (error) {
        drop(id)
        throw error
      } finally {
        await file.close()
      }
    },
    async *read(blob, dataKey, start, end) {
      if (end <= start) return
      const key = blobKey(dataKey, blob.id)
      if (blob.sealed !== undefined) {
        yield openFrame(key, 0, true, blob.sealed).subarray(start, end)
        return
      }
      const count = frameCount(blob.size)
      const file = await open(pathOf(blob.id), 'r')
      try {
        for (let index = Math.floor(start / frameSize); index * frameSize < end; index++) {
          const from = index * frameSize
          const length = Math.min(frameSize, blob.size - from)
          const sealed = Buffer.alloc(length + tagSize)
          const { bytesRead } = await file.read(sealed, 0, sealed.length, index * (frameSize + tagSize))
          if (bytesRead !== sealed.length) throw new Error(`blob ${blob.id} is cut short`)
          const plain = openFrame(key, index, index === count - 1, sealed)
          yield plain.subarray(Math.max(0, start - from), Math.min(length, end - from))
        }
      } finally {
        await file.close()
      }
    },
    hold(blobs) {
      for (const { id } of blobs) held.set(id, (held.get(id) ?? 0) + 1)
      let done = false
      return () => {
        if (done) return
        done = true
        for (const { id } of blobs) {
          const left = (held.get(id) ?? 1) - 1
          if (left > 0) held.set(id, left)
          else held.delete(id)
          if (left <= 0 && doomed.delete(id)) drop(id)
        }
      }
    },
    remove(blobs) {
      for (const { id, sealed } of blobs) {
        if (sealed !== undefined) continue
        if (held.has(id)) doomed.add(id)
        else drop(id)
      }
    },
    async sweep(isReferenced) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      for (const folder of await readdir(directory)) {
        for (const id of await readdir(join(directory, folder)))
          if (!isReferenced(id)) await rm(pathOf(id), { force: true })
      }
    },
  }
}

type File = Awaited<ReturnType<typeof open>>

async function writeFrames(
  file: File,
  key: Uint8Array,
  first: Frame | undefined,
  others: AsyncIterable<Frame>,
): Promise<number> {
  let size = 0
  let index = 0
  const write = async ({ bytes, last }: Frame) => {
    await file.writev([sealFrame(key, index++, last, bytes)])
    size += bytes.length
  }
  if (first) await write(first)
  for await (const frame of others) await write(frame)
  return size
}

/** The name of a new file is on disk only when its folder is. */
async function syncDirectory(path: string) {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
