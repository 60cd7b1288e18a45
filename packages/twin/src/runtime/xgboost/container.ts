import { watchParent } from '../process/parent.ts'
import { optMl } from './opt-ml.ts'
import { serveCommand } from './serve-command.ts'
import { type Console, trainCommand } from './train-command.ts'

/** The image's entry point: SageMaker runs `docker run IMAGE train` or `docker run IMAGE serve`. */
const stamp = (): string => new Date().toISOString().replace('T', ':').slice(0, 19)

const console: Console = {
  print: line => process.stdout.write(`${line}\n`),
  info: line => process.stdout.write(`[${stamp()}:INFO] ${line}\n`),
}

const commands: Readonly<Record<string, () => Promise<void>>> = {
  train: async () => {
    let stopped = false
    process.once('SIGTERM', () => {
      stopped = true
    })
    process.exitCode = await trainCommand(optMl(process.env), console, () => stopped)
  },
  serve: async () => {
    const server = await serveCommand(optMl(process.env), process.env, console)
    process.once('SIGTERM', () => {
      server.close(() => process.exit(0))
      server.closeIdleConnections()
    })
  },
}

watchParent()
const command = commands[process.argv[2] ?? '']
if (command) {
  await command().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  })
} else {
  process.stderr.write('usage: container train|serve\n')
  process.exit(2)
}
