import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { Failure } from '../report/failure.ts'
import type { Command, Option } from './command.ts'

/** What every command takes that reads templates: what these do not say themselves. */
export const templateOptions: readonly Option[] = [
  { flags: '--account <file=id>', about: 'the account that a template is deployed in', many: true },
  { flags: '--parameter <name=value>', about: 'the value of a parameter, in every template that has it', many: true },
]

type Pairs = Readonly<Record<string, string>>

export const templatesFrom = (options: Parameters<Command['run']>[1]): { accounts: Pairs; parameters: Pairs } => ({
  accounts: Object.fromEntries(
    Object.entries(pairsOf('account', options.account, /^\d{12}$/, '12 digits')).map(([name, id]) => [
      asFound(name),
      id,
    ]),
  ),
  parameters: pairsOf('parameter', options.parameter, /^/s, 'a value'),
})

/** However a file is written, it is the same. */
const asFound = (name: string): string => (existsSync(name) && relative(process.cwd(), name)) || name

function pairsOf(option: string, given: unknown, allowed: RegExp, words: string): Record<string, string> {
  return Object.fromEntries(
    (Array.isArray(given) ? given.map(String) : []).map(pair => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
      if (name === undefined || value === undefined || !allowed.test(value))
        throw new Failure(`--${option} ${pair} is no NAME=${words}`, `write it like --${option} ${EXAMPLES[option]}`)
      return [name, value]
    }),
  )
}

const EXAMPLES: Readonly<Record<string, string>> = {
  account: 'training.yaml=222222222222',
  parameter: 'Bucket=my-bucket',
}
