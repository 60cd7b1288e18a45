import { rmSync } from 'node:fs'

/** Removes what nothing refers to any more; what cannot be removed now is swept when its service opens. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {}
}
