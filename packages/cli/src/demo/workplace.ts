import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { initProject } from '../project/init.ts'

/** Where a demo lives: the twin's state, and the project that is pushed. */
export interface Workplace {
  root: string
  state: string
  project: string
  remove(): void
}

export async function workplace(given?: string): Promise<Workplace> {
  const root = given ?? mkdtempSync(join(tmpdir(), 'tripoint-demo-'))
  const place = {
    root,
    state: join(root, 'state'),
    project: join(root, 'project'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
  mkdirSync(root, { recursive: true })
  if (!existsSync(join(place.project, 'tripoint.config.ts'))) await initProject(place.project)
  return place
}

/** A small secret of the demo (access keys of the people it makes), for a demo that is taken up again. */
export function remembered<T>(place: Workplace, name: string): { read(): T | undefined; write(value: T): T } {
  const file = join(place.root, `${name}.json`)
  return {
    read: () => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined),
    write(value) {
      writeFileSync(file, JSON.stringify(value), { mode: 0o600 })
      return value
    },
  }
}
