import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, normalize, sep } from 'node:path'
import { unzipSync } from 'fflate'

/** The files of a deployment package by their path in it. */
export type CodeFiles = Readonly<Record<string, Uint8Array>>

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 250 MB unzipped */
const maxUnzipped = 262_144_000

export class BadZip extends Error {
  override name = 'BadZip'
}

export const readZip = (zip: Uint8Array): CodeFiles => {
  let total = 0
  let files: Record<string, Uint8Array>
  try {
    files = unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        total += originalSize
        if (total > maxUnzipped) throw new BadZip(`Unzipped size must be smaller than ${maxUnzipped} bytes`)
        return !name.endsWith('/')
      },
    })
  } catch (error) {
    throw error instanceof BadZip
      ? error
      : new BadZip('Could not unzip uploaded file. Please check your file, then try to upload again.')
  }
  return files
}

/**
 * Lays the files out as `<directory>/code`. The package.json beside it keeps one further up, that of a project which holds
 * the state directory, from deciding what `index.js` is: inline and zipped `.js` files are CommonJS on Lambda.
 */
export const placeCode = (directory: string, files: CodeFiles): string => {
  const root = join(directory, 'code')
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  writeFileSync(join(directory, 'package.json'), '{"type":"commonjs"}')
  for (const [name, bytes] of Object.entries(files)) {
    const path = normalize(name)
    if (isAbsolute(path) || path.startsWith(`..${sep}`) || path === '..')
      throw new BadZip(`The archive holds a path outside its folder: ${name}`)
    place(join(root, path), name, bytes)
  }
  return root
}

/** Of names that no file can have here, and of a file and a folder of one name. */
const unplaceable = new Set(['ERR_INVALID_ARG_VALUE', 'EISDIR', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG', 'EINVAL'])

const place = (path: string, name: string, bytes: Uint8Array): void => {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  } catch (error) {
    if (!unplaceable.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new BadZip(`The archive holds an entry that cannot be a file: ${JSON.stringify(name.slice(0, 100))}`)
  }
}
