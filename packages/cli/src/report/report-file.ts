import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Report } from '@tripoint/proof'
import { type Paint, plain } from './paint.ts'

interface Look {
  readonly paint: Paint
  readonly columns: number
  readonly long: boolean
}

const WRITERS = {
  text: async (report, { paint, columns, long }) =>
    (await proof()).textReport(report, { paint, long, width: Math.min(columns, 120) }).trimEnd(),
  json: async report => JSON.stringify(report, null, 2),
  sarif: async report => JSON.stringify((await proof()).sarifReport(report), null, 2),
  html: async report => (await proof()).htmlReport(report).trimEnd(),
} satisfies Record<string, (report: Report, look: Look) => Promise<string>>

const proof = () => import('@tripoint/proof')

export type Format = keyof typeof WRITERS

export const FORMATS = Object.keys(WRITERS) as readonly Format[]

export const isFormat = (name: string): name is Format => Object.hasOwn(WRITERS, name)

/** Without a line end. */
export const printReport = (report: Report, format: Format | 'all', look: Look): Promise<string> =>
  WRITERS[format === 'all' ? 'text' : format](report, look)

const FILES: Readonly<Record<Format, string>> = {
  text: 'check.txt',
  json: 'check.json',
  sarif: 'check.sarif',
  html: 'check.html',
}

/** Writes the file, or one of each form into a folder, and says which. */
export async function writeReport(
  report: Report,
  format: Format | 'all',
  out = 'tripoint.check',
  long = false,
): Promise<string[]> {
  const files: [Format, string][] =
    format === 'all' ? FORMATS.map(each => [each, join(out, FILES[each])]) : [[format, out]]
  for (const [each, file] of files) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${await printReport(report, each, { paint: plain, columns: 80, long })}\n`)
  }
  return files.map(([, file]) => file)
}
