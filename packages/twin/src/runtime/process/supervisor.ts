import { spawn, spawnSync } from 'node:child_process'

/** Runs a program that cannot watch its parent itself, and cleans up after it when the parent has gone or asks to stop. */
const { run, cleanUp } = JSON.parse(process.argv[2] ?? '{}') as { run: string[]; cleanUp: string[] }
const [command = '', ...args] = run
const [cleaner = '', ...cleanerArgs] = cleanUp

// Its parent's death closes the pipe; unlike other children it has something left to do then.
process.stdin.resume().on('end', () => process.exit(143))
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('exit', () => {
  if (child.exitCode === null) spawnSync(cleaner, cleanerArgs, { stdio: 'ignore', timeout: 20_000 })
})
child.once('error', error => {
  process.stderr.write(`${error.message}\n`)
  process.exit(127)
})
child.once('exit', code => process.exit(code ?? 143))
