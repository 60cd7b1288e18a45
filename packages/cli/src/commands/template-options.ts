import { Failure } from '../report/failure.ts'
import type { Command, Option } from './command.ts'

/** What every command takes that reads templates: what these do not say themselves. */
export const templateOptions: readonly Option[] = [
  { flags: '--account <file=id>', about: 'the account that a template is deployed in', many: true },
  { flags: '--parameter <name=value>', about: 'the value of a parameter, in every template that has it', many: true },
]

type Pairs = Readonly<Record<string, string>>

export const templatesFrom = (options: Parameters<Command['run']>[1]): { accounts: Pairs; parameters: Pairs } => ({
  accounts: pairsOf('account', options.account, /^\d{12}$/, '12 digits'),
  parameters: pairsOf('parameter', options.parameter, /^/s, 'a value'),
})

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
