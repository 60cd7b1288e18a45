import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterAll, expect, test } from 'vitest'
import { packFolder, unpackInto } from './archive.ts'

const scratch = mkdtempSync(join(tmpdir(), 'twin-archive-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const archiveOf = (header: { name: string; type?: 'symlink'; linkname?: string }): Promise<Buffer> => {
  const archive = pack()
  archive.entry(header, header.type === 'symlink' ? '' : 'x')
  archive.finalize()
  return buffer(archive.pipe(createGzip()))
}

test('what was packed comes out, and equal folders make equal archives', async () => {
  const from = join(scratch, 'from')
  mkdirSync(join(from, 'deep'), { recursive: true })
  writeFileSync(join(from, 'deep/a'), 'text')
  const bytes = await packFolder(from)
  expect(await packFolder(from)).toEqual(bytes)
  await unpackInto(bytes, join(scratch, 'to'))
  expect(readFileSync(join(scratch, 'to/deep/a'), 'utf8')).toBe('text')
})

test('an archive cannot write outside its folder', async () => {
  const to = join(scratch, 'in/side')
  await expect(archiveOf({ name: '../out' }).then(bytes => unpackInto(bytes, to))).rejects.toThrow(
    'outside its folder: ../out',
  )
  const link = await archiveOf({ name: 'link', type: 'symlink', linkname: '/etc' })
  await expect(unpackInto(link, to)).rejects.toThrow('holds a symlink: link')
  await expect(unpackInto(Buffer.from('no archive'), to)).rejects.toThrow('not a gzip-compressed tar archive')
  expect(existsSync(join(scratch, 'in/out'))).toBe(false)
})
