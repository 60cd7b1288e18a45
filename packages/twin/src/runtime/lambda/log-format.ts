import { format } from 'node:util'

export type Level = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'

/** One event a line: the lines of a message are joined by carriage returns on their way to the parent. */
export const logAs = (level: Level, requestId: string | undefined, message: string): void => {
  const line = [new Date().toISOString(), requestId ?? 'undefined', level, message].join('\t')
  process.stdout.write(`${line.replaceAll('\n', '\r')}\n`)
}

const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' } as const

/** `console` writes as it does on Lambda: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
export const patchConsole = (requestId: () => string | undefined): void => {
  for (const [method, level] of Object.entries(levels) as [keyof typeof levels, Level][])
    console[method] = (...parts: unknown[]) => logAs(level, requestId(), format(...parts))
}
