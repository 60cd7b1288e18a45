import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { packFolder, unpackInto } from './archive.ts'
import { type ModelServer, startServer } from './model-server.ts'
import { type JobResult, runTraining } from './training.ts'
import { churn, churnHyperparameters } from './xgboost/churn.fixture.ts'
import { metrics } from './xgboost/metric.ts'

const image = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1'
const scratch = mkdtempSync(join(tmpdir(), 'twin-runtime-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const job = (name: string, hyperparameters: Record<string, string>, channels: Record<string, string>): string => {
  const directory = join(scratch, name)
  for (const folder of ['input/config', 'model', 'output']) mkdirSync(join(directory, folder), { recursive: true })
  const config = (file: string, value: unknown) =>
    writeFileSync(join(directory, 'input/config', file), JSON.stringify(value))
  config('hyperparameters.json', hyperparameters)
  config('resourceconfig.json', { current_host: 'algo-1', hosts: ['algo-1'] })
  const channel = { ContentType: 'text/csv', TrainingInputMode: 'File', S3DistributionType: 'FullyReplicated' }
  config('inputdataconfig.json', Object.fromEntries(Object.keys(channels).map(key => [key, channel])))
  for (const [key, file] of Object.entries(channels)) {
    mkdirSync(join(directory, 'input/data', key), { recursive: true })
    copyFileSync(file, join(directory, 'input/data', key, 'data.csv'))
  }
  return directory
}

const train = async (directory: string, signal?: AbortSignal): Promise<JobResult & { lines: string[] }> => {
  const lines: string[] = []
  const spec = { image, directory, environment: {}, log: (line: string) => void lines.push(line) }
  return { ...(await runTraining(signal ? { ...spec, signal } : spec)), lines }
}

const send = async (server: ModelServer, text: string, contentType = 'text/csv', accept?: string) => {
  const body = new TextEncoder().encode(text)
  const answer = await server.invoke({ body, contentType, ...(accept === undefined ? {} : { accept }) })
  return { ...answer, text: new TextDecoder().decode(answer.body) }
}

describe('the container contract', () => {
  test('trains on real data, packs the model, serves it elsewhere with the same quality', async () => {
    const directory = job('churn', churnHyperparameters, { train: churn.train, validation: churn.validation })
    const result = await train(directory)
    expect(result).toMatchObject({ exitCode: 0, signal: null })
    expect(result.failure).toBeUndefined()
    expect(result.lines).toContainEqual(
      expect.stringMatching(/^\[99\]#011train-auc:0\.\d{5}#011validation-auc:0\.\d{5}$/),
    )
    expect(result.lines).toContain(
      "WARNING: file 'data.csv', line 6, column 1: the label is empty; the row was left out.",
    )

    const elsewhere = join(scratch, 'endpoint')
    await unpackInto(await packFolder(join(directory, 'model')), join(elsewhere, 'model'))
    const server = await startServer({ image, directory: elsewhere, environment: {}, log: () => {} })
    const rows = readFileSync(churn.validation, 'utf8').trim().split('\n')
    const labelled = rows.filter(row => !row.startsWith(','))
    const { status, text, contentType } = await send(
      server,
      labelled.map(row => row.slice(row.indexOf(',') + 1)).join('\n'),
    )
    expect({ status, contentType }).toEqual({ status: 200, contentType: 'text/csv' })
    const scores = text.trim().split('\n').map(Number)
    const labels = Float32Array.from(labelled, row => Number(row[0]))
    const data = { rows: labels.length, columns: 0, values: new Float32Array(), labels, weights: undefined }
    expect(labels.length).toBe(665)
    expect(metrics.auc?.of({ values: Float64Array.from(scores), groups: 1 }, data, 0.5)).toBeGreaterThanOrEqual(0.87)

    const one = labelled[0]?.slice(2) ?? ''
    const json = await send(server, one, 'text/csv; charset=utf-8', 'application/json')
    expect(JSON.parse(json.text)).toEqual({ predictions: [{ score: scores[0] }] })
    expect(await send(server, '')).toMatchObject({ status: 204 })
    expect(await send(server, one, 'image/png')).toMatchObject({ status: 415 })
    expect(await send(server, 'a,b')).toMatchObject({
      status: 415,
      text: expect.stringContaining("'a' is not a number"),
    })
    expect(await send(server, one, 'text/csv', 'image/png')).toMatchObject({ status: 406 })
    expect(await send(server, '1,2,3')).toMatchObject({ status: 400, text: expect.stringContaining('Feature size') })
    await server.stop()
    expect(await server.exited).toEqual({ exitCode: 0, signal: null })
  })

  test('a bad hyperparameter or row ends in a failure file that says which', async () => {
    const bad = job('bad-parameter', { ...churnHyperparameters, eta: '7' }, { train: churn.train })
    expect(await train(bad)).toMatchObject({
      exitCode: 1,
      failure: 'UserError: Hyperparameter eta: 7 is not in [0, 1]',
    })
    const file = join(scratch, 'bad.csv')
    writeFileSync(file, '1,2,3\n0,4,five\n')
    const row = await train(job('bad-row', churnHyperparameters, { train: file }))
    expect(row.failure).toContain("file 'data.csv', line 2, column 3: 'five' is not a number")
    const unlabelled = await train(job('no-label', churnHyperparameters, { train: churn.validation }))
    expect(unlabelled.failure).toContain("file 'data.csv', line 6, column 1: the label is empty")
  })

  test('a stopped job ends soon and leaves no model', async () => {
    const directory = job('stopped', { ...churnHyperparameters, num_round: '100000' }, { train: churn.train })
    const lines: string[] = []
    const stop = new AbortController()
    const log = (line: string) => {
      lines.push(line)
      if (line.startsWith('[3]')) stop.abort()
    }
    const result = await runTraining({ image, directory, environment: {}, log, signal: stop.signal })
    expect(result).toEqual({ exitCode: 0, signal: null })
    expect(lines.at(-1)).toContain('Stopped; no model was saved.')
  })

  test('an image that nothing here runs is refused by name', async () => {
    const directory = job('foreign', {}, { train: churn.train })
    await expect(
      runTraining({ image: 'example.com/mine:1', directory, environment: {}, log: () => {} }),
    ).rejects.toThrow(/No engine here runs the image example\.com\/mine:1/)
  })

  test('the children of a killed parent end, too', async () => {
    const directory = job('orphan', { ...churnHyperparameters, num_round: '1000000' }, { train: churn.train })
    const program = `
      const { startChild } = await import(${JSON.stringify(join(import.meta.dirname, 'process/child.ts'))})
      const { entryPoint } = await import(${JSON.stringify(join(import.meta.dirname, 'process/entry-point.ts'))})
      const child = startChild({ command: process.execPath, args: [entryPoint('xgboost/container'), 'train'],
        environment: { SAGEMAKER_BASE_DIR: ${JSON.stringify(directory)} }, log: line => line.startsWith('[0]') && console.log(child.pid) })`
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = await new Promise<number>(resolve => parent.stdout.once('data', data => resolve(Number(data))))
    const alive = () => {
      try {
        return process.kill(pid, 0)
      } catch {
        return false
      }
    }
    expect(alive()).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(alive, { timeout: 5_000 }).toBe(false)
  })
})
