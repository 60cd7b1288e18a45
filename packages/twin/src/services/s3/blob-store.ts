import { closeSync, openSync, read, unlink } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Env } from '../../gate/index.ts'
import { fileWriter } from './file-writer.ts'
import { blobKey, frameCount, frameSize, frames, openFrame, sealFrame, tagSize } from './frame.ts'
import { giveBack } from './spent-buffers.ts'

/** Ciphertext; whoever reads it brings the data key. */
export interface Blob {
  id: string
  size: number
  /** Of few bytes: they lie in the record, and there is no file. */
  sealed?: Uint8Array
}

/** Up to here a file of its own, with the two flushes that it needs, costs more than a larger record. */
const fewBytes = 4_096

/** Frames that are written or read at once: each request to the file system has a price. */
const batch = 4
const frameOnDisk = frameSize + tagSize

export interface BlobStore {
  /** On disk for good when this resolves; the caller commits the record. `owned`: nobody else reads the source's chunks. */
  write(id: string, dataKey: Uint8Array, source: AsyncIterable<Uint8Array>, owned: boolean): Promise<Blob>
  /** The plaintext from `start` up to `end`. */
  read(blob: Blob, dataKey: Uint8Array, start: number, end: number): AsyncGenerator<Uint8Array>
  /** Keeps the files until the result is called, even if their object is overwritten meanwhile. */
  hold(blobs: readonly Blob[]): () => void
  /** For after the commit that makes them unreachable. */
  remove(blobs: readonly Blob[]): void
  /** Removes what a crash left between file and record. */
  sweep(isReferenced: (id: string) => boolean): Promise<void>
}

const readFile = promisify(read)

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
  // What is left over all the same, the next start sweeps.
  const drop = (id: string) => unlink(pathOf(id), () => {})
  return {
    async write(id, dataKey, source, owned) {
      const key = blobKey(dataKey, id)
      const writing = fileWriter(pathOf(id))
      let size = 0
      let index = 0
      try {
        for await (const frame of frames(source)) {
          size += frame.size
          const sealed = sealFrame(key, index++, frame)
          if (owned) giveBack(frame.pieces)
          if (frame.last && size <= fewBytes) return { id, size, sealed: Buffer.concat(sealed) }
          await writing.add(sealed, frame.size + tagSize)
        }
        await writing.finish()
        return { id, size }
      } catch (error) {
        await writing.abandon()
        throw error
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
      const until = Math.ceil(end / frameSize)
      const file = openSync(pathOf(blob.id), 'r')
      let sealed = Buffer.alloc(0)
      try {
        for (let first = Math.floor(start / frameSize); first < until; first += batch) {
          const next = Math.min(until, first + batch)
          const length = Math.min(next * frameSize, blob.size) - first * frameSize + (next - first) * tagSize
          if (sealed.length < length) sealed = Buffer.allocUnsafeSlow(length)
          const { bytesRead } = await readFile(file, sealed, 0, length, first * frameOnDisk)
          if (bytesRead !== length) throw new Error(`blob ${blob.id} is cut short`)
          for (let index = first; index < next; index++) {
            const at = (index - first) * frameOnDisk
            const plain = openFrame(
              key,
              index,
              index === count - 1,
              sealed.subarray(at, Math.min(length, at + frameOnDisk)),
            )
            const from = index * frameSize
            yield plain.subarray(Math.max(0, start - from), end - from)
          }
        }
      } finally {
        giveBack([sealed])
        closeSync(file)
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
