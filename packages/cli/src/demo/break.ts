import { CodePipelineClient, RetryStageExecutionCommand } from '@aws-sdk/client-codepipeline'
import type { Access, Definition } from '@tripoint/pipeline'
import { synthTemplates } from '@tripoint/stacks'
import type { AuditEntry } from '@tripoint/twin'
import { type Cloud, client } from '../cloud/cloud.ts'
import { absence } from '../line/access-table.ts'
import { deploy } from '../line/deploy.ts'
import { start } from '../line/start.ts'
import { type WatchOptions, watch } from '../line/watch.ts'
import type { Report } from '../report/event.ts'
import { Failure } from '../report/failure.ts'
import { showDenial } from './show-denial.ts'

export function chooseEntry(list: readonly Access[], wanted: string | undefined): Access {
  const found =
    wanted === undefined
      ? list.find(
          ({ hop, action, absence: { does } }) => hop === 'train' && action === 'kms:Decrypt' && does === 'stops-at',
        )
      : list.find(({ id }) => id === wanted)
  const stopping = list.filter(
    ({ absence: { does }, hop }) => does === 'stops-at' && hop !== 'people' && hop !== 'trigger',
  )
  if (found === undefined || !stopping.includes(found)) {
    throw new Failure(
      found === undefined
        ? `--break ${wanted}: no entry of the access list has this id`
        : `--break ${wanted}: without it the line would not stop (${absence(found)})`,
      `choose one of those that stop a step:\n${stopping.map(({ id }) => `    ${id}`).join('\n')}`,
    )
  }
  return found
}

/** Deploys the line without one entry of its access list, runs it, shows the denial, puts the entry back and goes on. */
export async function breakAndMend(
  definition: Definition,
  list: readonly Access[],
  access: Access,
  cloud: Cloud,
  {
    report,
    signal,
    audit,
    watching,
  }: { report: Report; signal: AbortSignal; audit(): Iterable<AuditEntry>; watching: WatchOptions },
): Promise<void> {
  const quiet: Report = event => void (event.type === 'stack-done' && event.change !== 'unchanged' && report(event))
  const shared = cloud.account('shared')
  report({ type: 'note', text: `without ${access.id}` })
  const redeploy = (entries: readonly Access[]) =>
    deploy(definition, synthTemplates(definition, { access: entries }), cloud, { report: quiet, signal })
  await redeploy(list.filter(entry => entry !== access))
  const id = await start(shared, definition.name)
  const broken = await watch(shared, definition.name, id, watching)
  if (broken.failed === undefined)
    throw new Failure(`the line went on without ${access.id}: the execution is ${broken.status}`)
  if (showDenial(access, audit(), report) === undefined) {
    throw new Failure(
      `the line stopped at ${broken.failed.stage}/${broken.failed.action}, but ${access.action} was not denied: ${broken.failed.message}`,
    )
  }
  report({ type: 'step', text: 'puts the permission back, and goes on' })
  await redeploy(list)
  await client(CodePipelineClient, shared).send(
    new RetryStageExecutionCommand({
      pipelineName: definition.name,
      stageName: broken.failed.stage,
      pipelineExecutionId: id,
      retryMode: 'FAILED_ACTIONS',
    }),
  )
  const mended = await watch(shared, definition.name, id, { ...watching, resumed: true })
  if (mended.status !== 'Succeeded')
    throw new Failure(`the line did not recover: ${mended.failed?.message ?? mended.status}`)
}
