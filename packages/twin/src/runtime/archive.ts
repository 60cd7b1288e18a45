import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { extract, pack } from 'tar-stream'

/** More than any test line needs, and far less than what fills a disk: a small file can unpack to anything. */
const maxFiles = 10_000
const maxBytes = 5 * 1024 ** 3

class BadArchive extends Error {
  override name = 'BadArchive'
}

/** `model.tar.gz` of a folder's files, in name order and with fixed dates, so that equal models make equal archives. */
export const packFolder = async (folder: string): Promise<Buffer> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const archive = pack()
  const zipped = archive.pipe(createGzip())
  const bytes = buffer(zipped)
  for (const path of paths.sort()) {
    const { size } = await stat(path)
    const name = relative(folder, path).split(sep).join('/')
    await pipeline(createReadStream(path), archive.entry({ name, size, mode: 0o644, mtime: new Date(0) }))
  }
  archive.finalize()
  return bytes
}

const placeFor = (folder: string, name: string): string => {
  const path = normalize(name)
  if (isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`) || name.includes('\0'))
    throw new BadArchive(`the archive holds a path outside its folder: ${name}`)
  return join(folder, path)
}

/** Unpacks files and folders only: a link could lead a later entry out of the folder. */
export const unpackInto = async (archive: Uint8Array, folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const entries = extract()
  const read = pipeline(Readable.from([archive]), createGunzip(), entries)
  read.catch(() => {})
  let files = 0
  let bytes = 0
  try {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header
      files += 1
      bytes += size
      if (files > maxFiles || bytes > maxBytes) throw new BadArchive('the archive is too large')
      if (type !== 'file' && type !== 'directory') throw new BadArchive(`the archive holds a ${type}: ${name}`)
      const path = placeFor(folder, name)
      if (type === 'directory') {
        await mkdir(path, { recursive: true })
        entry.resume()
        continue
      }
      await mkdir(dirname(path), { recursive: true })
      await pipeline(entry, createWriteStream(path, { mode: 0o644 }))
    }
    await read
  } catch (error) {
    if (error instanceof BadArchive) throw error
    throw new BadArchive(`not a gzip-compressed tar archive: ${error instanceof Error ? error.message : String(error)}`)
  }
}
