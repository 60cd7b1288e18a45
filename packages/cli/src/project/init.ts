import { existsSync } from 'node:fs'
import { cp, mkdir, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../report/failure.ts'

/** The example is the template: beside the sources while developing, beside the bundle once published. */
function exampleDirectory(): string {
  const places = ['../../../../examples/churn', './examples/churn', '../examples/churn'].map(path =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  const found = places.find(existsSync)
  if (found === undefined)
    throw new Failure('the example project is missing from this installation', 'install tripoint again')
  return found
}

/** Copies the example into an empty or new folder; the files written, relative to it. */
export async function initProject(directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true })
  const present = (await readdir(directory)).filter(
    name => name !== '.git' && name !== 'node_modules' && name !== 'package.json',
  )
  if (present.length > 0)
    throw new Failure(
      `${directory} is not empty: it holds ${present.slice(0, 3).join(', ')}`,
      'name a new folder: tripoint init DIR',
    )
  await cp(exampleDirectory(), directory, { recursive: true })
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => relative(directory, join(entry.parentPath, entry.name)))
    .toSorted()
}
