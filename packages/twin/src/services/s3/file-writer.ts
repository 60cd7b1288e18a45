import { closeSync, fdatasync, fsync, mkdirSync, openSync, unlink, writeFile, writev } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { giveBack } from './spent-buffers.ts'

// What only touches the kernel's own memory is done at once: to hand it to another thread took 50 µs, the opening of a file 10.
const calls = {
  fdatasync: promisify(fdatasync),
  fsync: promisify(fsync),
  unlink: promisify(unlink),
  writeFile: promisify(writeFile),
  writev: promisify(writev),
}

/** Bytes gathered up to here go to the system in one request. */
const gathered = 1024 * 1024

interface FileWriter {
  /** Takes the pieces over: they are empty once they are written. */
  add(pieces: readonly Uint8Array[], size: number): Promise<void>
  /** Bytes and name are on disk for good when this resolves. */
  finish(): Promise<void>
  /** Nothing is left. */
  abandon(): Promise<void>
}

/** A new file that begins to exist with its first bytes. */
export function fileWriter(path: string): FileWriter {
  let file: number | undefined
  let waiting: Uint8Array[] = []
  let bytes = 0
  async function flush() {
    file ??= await create(path)
    const [pieces, size] = [waiting, bytes]
    waiting = []
    bytes = 0
    const { bytesWritten } = await calls.writev(file, pieces)
    // A disk that fills up takes a part, and says why it takes no more when it is asked again.
    if (bytesWritten < size) await calls.writeFile(file, Buffer.concat(pieces).subarray(bytesWritten))
    giveBack(pieces)
  }
  function close() {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  return {
    async add(pieces, size) {
      waiting.push(...pieces)
      bytes += size
      if (bytes >= gathered) await flush()
    },
    async finish() {
      if (bytes > 0) await flush()
      if (file === undefined) return
      const [content, name] = await Promise.allSettled([calls.fdatasync(file), syncFolder(dirname(path))])
      close()
      for (const each of [content, name]) if (each.status === 'rejected') throw each.reason
    },
    async abandon() {
      if (file === undefined) return
      close()
      await calls.unlink(path).catch(() => {})
    },
  }
}

async function create(path: string): Promise<number> {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const folder = dirname(path)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    await syncFolder(dirname(folder))
    return openSync(path, 'wx', 0o600)
  }
}

/** The name of a new file is on disk only when its folder is. */
async function syncFolder(path: string) {
  const folder = openSync(path, 'r')
  try {
    await calls.fsync(folder)
  } finally {
    closeSync(folder)
  }
}
