import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { readLabelledCsv } from './csv.ts'
import { CustomerError } from './customer-error.ts'
import { type Hyperparameters, readHyperparameters } from './hyperparameters.ts'
import { readLabelledLibsvm } from './libsvm.ts'
import type { LabelledMatrix } from './matrix.ts'
import { writeModel } from './model-json.ts'
import { channelFiles, contentTypeOf, type OptMl, readConfig } from './opt-ml.ts'
import { type Round, training } from './train.ts'

export interface Console {
  readonly print: (line: string) => void
  readonly info: (line: string) => void
}

const channels = ['train', 'validation'] as const
type Channel = (typeof channels)[number]

const readChannel = (
  optMl: OptMl,
  channel: Channel,
  config: Readonly<Record<string, unknown>>,
  { csvWeights }: Hyperparameters,
  { print }: Console,
): LabelledMatrix => {
  const mode = config.TrainingInputMode ?? 'File'
  if (mode !== 'File' && mode !== 'FastFile')
    throw new CustomerError(
      `Channel ${channel}: input mode ${String(mode)} is not supported by the embedded XGBoost engine`,
    )
  const files = channelFiles(optMl, channel)
  const where = channel === 'train' ? 'training' : 'validation'
  if (files.every(file => file.text.trim() === ''))
    throw new CustomerError(`No data in ${where} channel path ${join(optMl.data, channel)}`)
  if (contentTypeOf(config.ContentType) === 'libsvm') return readLabelledLibsvm(files)
  return readLabelledCsv(files, {
    weights: csvWeights,
    emptyLabel: channel === 'train' ? 'refuse' : 'leave-out',
    warn: print,
  })
}

const channelConfigs = (all: Readonly<Record<string, unknown>>): Partial<Record<Channel, Record<string, unknown>>> => {
  if (!('train' in all)) throw new CustomerError('Missing required channel: train')
  const extra = Object.keys(all).find(name => !channels.some(channel => channel === name))
  if (extra !== undefined) throw new CustomerError(`Extraneous channel found: ${extra}`)
  return all as Partial<Record<Channel, Record<string, unknown>>>
}

/** CloudWatch shows the tab of XGBoost's line as #011, and the metric definitions of the built-in algorithm expect it. */
const scoreLine = ({ round, scores }: Round): string =>
  [
    `[${round}]`,
    ...scores.map(({ data, metric, value }) => `${data}-${metric}:${Number.isNaN(value) ? 'nan' : value.toFixed(5)}`),
  ].join('#011')

const train = async (optMl: OptMl, console: Console, stopped: () => boolean): Promise<void> => {
  const given = readConfig(optMl, 'hyperparameters.json') as Record<string, string>
  const configs = channelConfigs(readConfig(optMl, 'inputdataconfig.json'))
  const hosts = readConfig(optMl, 'resourceconfig.json').hosts
  if (Array.isArray(hosts) && hosts.length > 1)
    throw new CustomerError(`Training on ${hosts.length} hosts is not supported by the embedded XGBoost engine`)
  console.info('Running XGBoost Sagemaker in algorithm mode')
  const hyperparameters = readHyperparameters(given)
  const data = readChannel(optMl, 'train', configs.train ?? {}, hyperparameters, console)
  const validation =
    configs.validation && readChannel(optMl, 'validation', configs.validation, hyperparameters, console)
  console.info('Single node training.')
  console.info(`Train matrix has ${data.rows} rows and ${data.columns} columns`)
  if (validation) console.info(`Validation matrix has ${validation.rows} rows`)
  const rounds = training(hyperparameters, data, validation)
  let step = rounds.next()
  while (!step.done) {
    console.print(scoreLine(step.value))
    await setImmediate()
    step = rounds.next(stopped() ? 'stop' : undefined)
  }
  if (stopped() && given.save_model_on_termination !== 'true') return console.info('Stopped; no model was saved.')
  mkdirSync(optMl.model, { recursive: true })
  writeFileSync(join(optMl.model, 'xgboost-model'), writeModel(step.value))
}

const patience = 200

/** What ended the training (a disk that is full) may keep the reason from being written, too: it is, once that is mended. */
const leave = async (file: string, text: string, stopped: () => boolean): Promise<void> => {
  while (!stopped()) {
    try {
      mkdirSync(dirname(file), { recursive: true })
      return writeFileSync(file, text)
    } catch {
      await sleep(patience)
    }
  }
}

/** Exit code of the container; the failure file's text becomes the job's FailureReason. */
export const trainCommand = async (optMl: OptMl, console: Console, stopped: () => boolean): Promise<number> => {
  try {
    await train(optMl, console, stopped)
    return 0
  } catch (error) {
    const text =
      error instanceof CustomerError
        ? `${error.name}: ${error.message}`
        : `XGB train call failed with exception:\n ${String(error)}`
    console.print(`ERROR - ${text}`)
    await leave(optMl.failure, text, stopped)
    return 1
  }
}
