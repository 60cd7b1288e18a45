import type { ContainerEngine } from './container-engine.ts'
import { docker } from './docker.ts'
import { embeddedXgboost } from './embedded-xgboost.ts'

/** The first that does not refuse runs the image. */
const engines: readonly ContainerEngine[] = [embeddedXgboost, docker]

class CannotRun extends Error {
  override name = 'CannotRun'
}

export const engineFor = async (image: string): Promise<ContainerEngine> => {
  const reasons: string[] = []
  for (const engine of engines) {
    const reason = await engine.refuses(image)
    if (reason === undefined) return engine
    reasons.push(`${engine.name}: ${reason}`)
  }
  throw new CannotRun(`No engine here runs the image ${image} (${reasons.join('; ')}).`)
}
