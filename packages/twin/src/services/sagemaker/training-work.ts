import { constants } from 'node:os'
import type * as sagemaker from '@aws-sdk/client-sagemaker'
import { discard, type Outcome, type Work, type WorkIo, type WorkKind } from '../../engine/index.ts'
import type { Env, Principal } from '../../gate/index.ts'
import { capacity } from '../../runtime/capacity.ts'
import { places } from '../../runtime/places.ts'
import { type JobResult, runTraining } from '../../runtime/training.ts'
import { containerLog } from './container-log.ts'
import { reasonOf } from './errors.ts'
import { pullImage } from './image.ts'
import { takeRole } from './role.ts'
import { type Acting, clearOutput, downloadInput, jobFolder, uploadOutput } from './training-files.ts'
import { entering, findJob, saveJob, type TrainingJob, trainingJobArn } from './training-job.ts'
import { lastOfEach, metricDefinitions, putMetrics, type Reading, readMetrics } from './training-metrics.ts'

type Phase = 'prepare' | 'download' | 'train' | 'upload'

interface State {
  key: readonly [string, string, string]
  phase: Phase
  /** Of the container; the upload comes before the job is declared failed. */
  failure?: string
}

type Done = Outcome<State>

interface Scene {
  readonly work: Work<State>
  readonly io: WorkIo
  readonly env: Env
  readonly acting: Acting
}

/** FailureReason has at most 1,024 characters. */
const cut = (text: string): string => (text.length <= 1024 ? text : `${text.slice(0, 1021)}...`)

/** The stop that came in the meantime is read with the record, in the transaction that changes it. */
const change = (
  { work, env }: Pick<Scene, 'work' | 'env'>,
  state: State,
  next: Outcome<State>['next'],
  edit: (job: TrainingJob, now: number) => TrainingJob,
): Done => ({
  state,
  next,
  commit: tx => saveJob(tx, env, edit(findJob(tx, work.state.key), env.clock.now()), work.cause),
})

const advance = (
  scene: Scene,
  phase: Phase,
  status: sagemaker.SecondaryStatus,
  extra: Partial<TrainingJob> = {},
): Done =>
  change(scene, { ...scene.work.state, phase }, { when: 'now' }, (job, now) => ({
    ...(job.stop === 'asked' ? job : entering(job, status, now)),
    ...extra,
  }))

/** The folder goes when the end is on record: a step that is repeated still finds what it uploads. */
const end = (
  scene: Pick<Scene, 'work' | 'env'>,
  status: 'Completed' | 'Failed' | 'Stopped',
  extra: Partial<TrainingJob> = {},
): Done => {
  const { work, env } = scene
  const ending = change(scene, work.state, { when: 'done' }, (job, now) => {
    const secondary = status === 'Stopped' && job.stop === 'max-runtime' ? 'MaxRuntimeExceeded' : status
    const ended = job.trainingStarted === undefined ? {} : { trainingEnded: job.trainingEnded ?? now }
    return { ...entering(job, secondary, now, extra.failure), status, ...ended, ...extra }
  })
  return {
    ...ending,
    commit(tx) {
      ending.commit?.(tx)
      tx.after(() => discard(jobFolder(env, findJob(env.store, work.state.key))))
    },
  }
}

const failed = (scene: Pick<Scene, 'work' | 'env'>, reason: string): Done =>
  end(scene, 'Failed', { failure: cut(reason) })

const phases: Readonly<Record<Phase, (scene: Scene) => Promise<Done>>> = {
  async prepare(scene) {
    const { acting } = scene
    const image = acting.job.request.AlgorithmSpecification?.TrainingImage ?? ''
    try {
      await pullImage(acting.env, acting.as, { image, cause: acting.cause })
    } catch (error) {
      return failed(
        scene,
        `ClientError: Cannot pull algorithm container. Either the image does not exist or its permissions are incorrect: ${reasonOf(error)}`,
      )
    }
    return advance(scene, 'download', 'Downloading')
  },

  async download(scene) {
    try {
      await downloadInput(scene.acting)
    } catch (error) {
      return failed(scene, `ClientError: Data download failed:${reasonOf(error)}`)
    }
    return advance(scene, 'train', 'Training', { trainingStarted: scene.env.clock.now() })
  },

  async train(scene) {
    const { env, io } = scene
    const outcome = await runContainer(scene)
    if (outcome === 'shutdown') return { state: scene.work.state, next: { when: 'now' } }
    const { result, readings, began } = outcome
    const stop = findJob(io.read, scene.work.state.key).stop ?? outcome.stop
    const failure = stop === undefined && failureOf(result)
    const state: State = { ...scene.work.state, phase: 'upload', ...(failure ? { failure } : {}) }
    return change(scene, state, { when: 'now' }, (job, now) => ({
      ...(stop === 'asked' ? job : entering(job, 'Uploading', now)),
      ...(stop === undefined ? {} : { stop }),
      ...(began === undefined ? {} : { trainingStarted: began }),
      trainingEnded: env.clock.now(),
      metrics: lastOfEach(readings),
    }))
  },

  async upload(scene) {
    const { acting, io, work } = scene
    let artifact: string | undefined
    try {
      artifact = await uploadOutput(acting, io.token)
    } catch (error) {
      return failed(scene, work.state.failure ?? `ClientError: Artifact upload failed:${reasonOf(error)}`)
    }
    if (work.state.failure !== undefined) return failed(scene, work.state.failure)
    const stopped = acting.job.stop !== undefined
    return end(scene, stopped ? 'Stopped' : 'Completed', artifact === undefined ? {} : { artifact })
  },
}

/** A container that a signal ended (out of memory, most of all) has exit code 128 + its number: `AlgorithmError: , exit code: 137`. */
const failureOf = ({ exitCode, signal, error, failure }: JobResult): string | undefined => {
  if (exitCode === 0) return undefined
  const code = exitCode ?? (signal === null ? undefined : 128 + constants.signals[signal as NodeJS.Signals])
  return `AlgorithmError: ${failure ?? error ?? ''}${code === undefined ? '' : `, exit code: ${code}`}`
}

/** Of the machine, however many twins there are on it. */
const trainings = places(capacity.trainings)

interface Ran {
  /** When its container did, which may have waited for others. */
  readonly began?: number
  readonly result: JobResult
  readonly readings: Reading[]
  readonly stop?: 'max-runtime'
}

/** Runs the container until it ends, is stopped, outlives MaxRuntimeInSeconds, or the twin itself stops. */
async function runContainer({ work, env, io, acting }: Scene): Promise<Ran | 'shutdown'> {
  const { job, as, cause } = acting
  const { request } = job
  const image = request.AlgorithmSpecification?.TrainingImage ?? ''
  const definitions = metricDefinitions(request)
  const readings: Reading[] = []
  const log = containerLog(env, {
    as,
    group: '/aws/sagemaker/TrainingJobs',
    stream: `${job.name}/algo-1-${Math.floor((job.trainingStarted ?? job.created) / 1000)}`,
    region: job.region,
    cause,
  })
  const abort = new AbortController()
  const asked = () => findJob(io.read, work.state.key).stop !== undefined
  const interrupt = () => abort.abort(asked() ? 'stop' : 'shutdown')
  if (io.interrupted.aborted || asked()) interrupt()
  io.interrupted.addEventListener('abort', interrupt, { once: true })
  const seconds = request.StoppingCondition?.MaxRuntimeInSeconds ?? 86_400
  let cancel = () => {}
  const leave = await trainings.take(abort.signal)
  try {
    if (abort.signal.aborted)
      return abort.signal.reason === 'shutdown' ? 'shutdown' : { result: { exitCode: 0, signal: null }, readings }
    await clearOutput(env, job)
    const began = env.clock.now()
    cancel = env.clock.after(seconds * 1000, () => abort.abort('max-runtime'))
    const result = await runTraining({
      image,
      directory: jobFolder(env, job),
      environment: {
        ...request.Environment,
        AWS_REGION: job.region,
        TRAINING_JOB_NAME: job.name,
        TRAINING_JOB_ARN: trainingJobArn(job),
      },
      log(line) {
        log.line(line)
        readings.push(...readMetrics(definitions, line, env.clock.now()))
      },
      signal: abort.signal,
    })
    if (abort.signal.reason === 'shutdown') return 'shutdown'
    await putMetrics(acting, readings)
    return {
      result,
      readings,
      began,
      ...(abort.signal.reason === 'max-runtime' ? { stop: 'max-runtime' as const } : {}),
    }
  } catch (error) {
    return { result: { exitCode: null, signal: null, error: reasonOf(error) }, readings }
  } finally {
    cancel()
    leave()
    io.interrupted.removeEventListener('abort', interrupt)
    await log.flush()
  }
}

/** A job's way: image, data, container, artifact, each step committed before the next. */
export const trainingWork: WorkKind<State, Env> = {
  kind: 'sagemaker/training-job',
  async step(work, io, env) {
    const job = findJob(io.read, work.state.key)
    const { phase } = work.state
    if (job.stop === 'asked' && (phase === 'prepare' || phase === 'download')) return end({ work, env }, 'Stopped')
    const role = job.request.RoleArn ?? ''
    const onBehalf = { role, arn: trainingJobArn(job), region: job.region, cause: work.cause, token: io.token('role') }
    const as = await takeRole(env, onBehalf).catch((error: unknown) => error)
    if (as instanceof Error) return failed({ work, env }, `ClientError: Could not assume role ${role}: ${reasonOf(as)}`)
    return phases[phase]({ work, io, env, acting: { env, as: as as Principal, job, cause: work.cause } })
  },
}
