import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { CsvFile } from './csv.ts'
import { CustomerError } from './customer-error.ts'

/** The folders that SageMaker gives a container: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo.html */
export interface OptMl {
  readonly config: string
  readonly data: string
  readonly model: string
  readonly failure: string
}

export const optMl = (environment: Readonly<Record<string, string | undefined>>): OptMl => {
  const root = environment.SAGEMAKER_BASE_DIR ?? '/opt/ml'
  return {
    config: join(root, 'input', 'config'),
    data: join(root, 'input', 'data'),
    model: environment.SM_MODEL_DIR ?? join(root, 'model'),
    failure: join(root, 'output', 'failure'),
  }
}

export const readConfig = ({ config }: OptMl, name: string): Record<string, unknown> => {
  const value: unknown = JSON.parse(readFileSync(join(config, name), 'utf8'))
  if (typeof value !== 'object' || value === null) throw new Error(`${name} is not a JSON object`)
  return value as Record<string, unknown>
}

export type ContentType = 'csv' | 'libsvm'

const contentTypes: Readonly<Record<string, ContentType>> = {
  csv: 'csv',
  'text/csv': 'csv',
  libsvm: 'libsvm',
  'text/libsvm': 'libsvm',
  'text/x-libsvm': 'libsvm',
}

/** A channel without a content type is libsvm: https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html#InputOutput-XGBoost */
export const contentTypeOf = (given: unknown): ContentType => {
  if (given === undefined || given === null) return 'libsvm'
  const [type = '', ...parameters] = String(given)
    .toLowerCase()
    .split(';')
    .map(part => part.trim())
  const known = contentTypes[type]
  if (!known)
    throw new CustomerError(`${String(given)} is not an accepted ContentType: ${Object.keys(contentTypes).join(', ')}.`)
  const labels = parameters.find(parameter => parameter.startsWith('label_size='))
  if (known === 'csv' && labels !== undefined && labels !== 'label_size=1')
    throw new CustomerError(
      `${String(given)} is not an accepted csv ContentType. Optional parameter label_size must be equal to 1`,
    )
  return known
}

/** All data files of a channel, sorted by name; hidden ones and those that begin with `_` are not data. */
export const channelFiles = ({ data }: OptMl, channel: string): CsvFile[] => {
  const root = join(data, channel)
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !/^[._]/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
    .map(path => ({ name: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
}
