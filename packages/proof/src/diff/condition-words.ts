import type { ConditionBlock } from '@tripoint/iam'
import { entryOf } from '../template/value.ts'

/** What a condition asks for, in a few words; the rest as it is written. */
const WORDS: Readonly<Record<string, (values: readonly string[]) => string>> = {
  'kms:viaservice': values => `only through ${values.map(serviceOf).join(' or ')}`,
  'aws:sourceaccount': values => `only for account ${values.join(' or ')}`,
  'aws:sourcearn': values => `only for ${values.join(' or ')}`,
  'iam:passedtoservice': values => `only to ${values.join(' or ')}`,
  's3:prefix': values => `only under ${values.join(' or ')}`,
  'aws:securetransport': values => (values.includes('true') ? 'only over TLS' : 'only without TLS'),
}

const serviceOf = (host: string): string => (host.startsWith('s3.') ? 'S3' : host)

/** Who may is said by the principal already. */
const UNSAID = new Set(['aws:principalarn', 'aws:principalaccount'])

/** `only through S3`; empty where nothing is asked for. */
export const conditionWords = (condition: ConditionBlock | undefined): string =>
  Object.entries(condition ?? {})
    .flatMap(([operator, keys]) =>
      Object.entries(keys).flatMap(([key, values]) => {
        if (UNSAID.has(key.toLowerCase())) return []
        const words = /^(String|Arn)(Equals|Like)$|^Bool$/.test(operator)
          ? entryOf(WORDS, key.toLowerCase())
          : undefined
        return [words ? words(values) : `only when ${operator} ${key} ${values.join(', ')}`]
      }),
    )
    .join(' and ')

/** `only through S3 before, now without a condition` */
export const changeWords = (before: string, after: string): string =>
  before === after ? '' : `${before || 'without a condition'} before, now ${after || 'without a condition'}`
