import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Env } from '../../gate/index.ts'
import { endpoints } from './endpoint.ts'
import { directoryOf, endpointsFolder } from './hosting.ts'
import { jobFolder, jobsFolder } from './training-files.ts'
import { trainingJobs } from './training-job.ts'

/** Folders of jobs that are over and of deployments that serve no more: what was left to do when the twin was killed. */
export async function sweepFolders(env: Env): Promise<void> {
  const jobs = [...trainingJobs.list(env.store)].filter(
    ({ status }) => status === 'InProgress' || status === 'Stopping',
  )
  await sweep(jobsFolder(env), 3, new Set(jobs.map(job => jobFolder(env, job))))
  const used = [...endpoints.list(env.store)].flatMap(({ serving, next }) => [serving, next])
  await sweep(
    endpointsFolder(env),
    1,
    new Set(used.flatMap(each => (each === undefined ? [] : directoryOf(env, each)))),
  )
}

/** Of the folders at `depth` below one, those that are not `kept`. */
async function sweep(folder: string, depth: number, kept: ReadonlySet<string>): Promise<void> {
  const entries = await readdir(folder).catch(() => [])
  for (const name of entries) {
    const path = join(folder, name)
    if (depth > 1) await sweep(path, depth - 1, kept)
    else if (!kept.has(path)) await rm(path, { recursive: true, force: true })
  }
}
