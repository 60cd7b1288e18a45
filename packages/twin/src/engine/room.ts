import { accessSync, constants, statfsSync } from 'node:fs'

/** More than any transaction writes, and than others write while one is under way. */
const reserve = 16 * 2 ** 20

/**
 * Asks before each transaction for what it needs (10 µs), because LMDB must not meet a write that fails: lmdb 3.5.6 words the
 * error into a buffer that is too short for it (`mdb_page_flush`: 100 bytes for up to 111), which ends the process sooner or later.
 * Throws as the system does.
 */
export function demandRoom(file: string): void {
  const { bavail, bsize } = statfsSync(file)
  if (bavail * bsize < reserve)
    throw Object.assign(new Error(`ENOSPC: less than ${reserve} bytes are free, '${file}'`), {
      code: 'ENOSPC',
      path: file,
    })
  accessSync(file, constants.W_OK)
}
