import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { engineFor } from './container.ts'
import type { Exit } from './process/child.ts'

export interface JobSpec {
  readonly image: string
  /** Holds `input/`, `model/`, `output/`: the job's `/opt/ml`. */
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly log: (line: string) => void
  /** Aborted with the reason 'shutdown' the container ends at once; otherwise SIGTERM, and SIGKILL when the grace is over. */
  readonly signal?: AbortSignal
}

export interface JobResult extends Exit {
  /** What the algorithm wrote to `output/failure`. */
  readonly failure?: string
}

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StopTrainingJob.html */
const stopGraceMs = 120_000

/** Runs `train` in a container and waits for its end; rejects only when no engine runs the image. */
export const runTraining = async ({ image, directory, environment, log, signal }: JobSpec): Promise<JobResult> => {
  const engine = await engineFor(image)
  signal?.throwIfAborted()
  const child = await engine.start({ image, command: 'train', directory, environment, log })
  const stop = () => void child.stop(signal?.reason === 'shutdown' ? 0 : stopGraceMs)
  signal?.addEventListener('abort', stop, { once: true })
  if (signal?.aborted) stop()
  const exit = await child.exited
  signal?.removeEventListener('abort', stop)
  const failure = await readFile(join(directory, 'output', 'failure'), 'utf8').catch(() => undefined)
  return { ...exit, ...(failure === undefined ? {} : { failure }) }
}
