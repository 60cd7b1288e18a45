import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import type { ContainerEngine } from './container-engine.ts'
import { startChild } from './process/child.ts'
import { entryPoint } from './process/entry-point.ts'

const programs = ['docker', 'podman'] as const
type Program = (typeof programs)[number]

/** The client is often there without its daemon: only an answer of the daemon counts. */
const answers = (program: Program): Promise<boolean> =>
  new Promise(resolve => {
    const child = spawn(program, ['info'], { stdio: 'ignore', timeout: 5_000 })
    child.once('error', () => resolve(false))
    child.once('exit', code => resolve(code === 0))
  })

let found: Promise<Program | undefined> | undefined

const program = (): Promise<Program | undefined> => {
  found ??= (async () => {
    for (const one of programs) if (await answers(one)) return one
    return undefined
  })()
  return found
}

/** Any image, by Docker or Podman. The supervisor removes the container when the twin is gone. Checked against documentation only. */
export const docker: ContainerEngine = {
  name: 'Docker or Podman',
  async refuses() {
    return (await program()) ? undefined : 'neither a Docker daemon nor Podman answers on this machine'
  },
  async start({ image, command, directory, environment, port, log }) {
    const chosen = (await program()) ?? 'docker'
    const name = `twin-${createHash('sha256').update(directory).digest('hex').slice(0, 16)}`
    const variables = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`])
    const publish = port === undefined ? [] : ['--publish', `127.0.0.1:${port}:8080`]
    const run = [
      'run',
      '--rm',
      '--name',
      name,
      '--volume',
      `${directory}:/opt/ml`,
      ...publish,
      ...variables,
      image,
      command,
    ]
    const supervised = { run: [chosen, ...run], cleanUp: [chosen, 'rm', '--force', name] }
    return startChild({
      command: process.execPath,
      args: [entryPoint('process/supervisor'), JSON.stringify(supervised)],
      environment: { HOME: process.env.HOME ?? directory },
      log,
    })
  },
}
