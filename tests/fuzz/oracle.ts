import type { Outcome } from './connection.ts'

/** What is wrong with what came of a request; nothing, for AWS's refusal or an honest answer. */
export function fault(outcome: Outcome, framed: boolean): string | undefined {
  if ('failed' in outcome) return outcome.failed
  if (framed && outcome.answers.length !== 1) return `${outcome.answers.length} answers`
  for (const { status, headers, body } of outcome.answers) {
    const text = body.toString('latin1')
    const named = /NotImplemented/.test(`${text}${headers}`) || body.length === 0
    const fine = (status >= 200 && status < 500) || (status === 501 && named)
    if (!fine) return `${status}: ${text.slice(0, 500)} ${headers.split('\r\n')[0]}`
    if (status >= 400 && leaks.test(text)) return `the answer tells of the program's inside: ${text.slice(0, 500)}`
  }
  return undefined
}

/** JavaScript's and the system's own messages: nobody refused there, something broke. */
const leaks =
  /Cannot (?:read|set|convert|destructure|mix)|is not (?:a function|iterable|a constructor)|Maximum call stack|Invalid (?:array|string|time|count) (?:length|value)|\b(?:ENOENT|EISDIR|ENOTDIR|ENAMETOOLONG|EINVAL|EACCES|EEXIST|ERR_[A-Z_]+)\b|MDB_|file:\/\/\/|node:internal|\.ts:\d+/
