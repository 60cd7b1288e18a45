import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Access, accessList, type Definition, namesOf } from '@tripoint/pipeline'
import { synthTemplates } from '@tripoint/stacks'
import type { Twin } from '@tripoint/twin'
import { accountById, cloudOf, endpointFile } from '../cloud/accounts.ts'
import type { Connection } from '../cloud/cloud.ts'
import { answerApproval } from '../line/approve.ts'
import { cloneUrl } from '../line/clone-url.ts'
import { deploy } from '../line/deploy.ts'
import { auc, readLabelled } from '../line/evaluate.ts'
import { predict } from '../line/invoke.ts'
import { showTraining } from '../line/metrics.ts'
import { nextExecution } from '../line/start.ts'
import { startTwin } from '../line/start-twin.ts'
import { uploadFolder } from '../line/upload.ts'
import { executions, type WatchOptions, watch } from '../line/watch.ts'
import { loadProject } from '../project/load.ts'
import { Failure } from '../report/failure.ts'
import { programName } from '../report/program-name.ts'
import type { Terminal } from '../report/terminal.ts'
import { breakAndMend, chooseEntry } from './break.ts'
import { people } from './people.ts'
import { push } from './push.ts'
import { showAccesses } from './show-accesses.ts'
import { type Workplace, workplace } from './workplace.ts'

export interface DemoOptions {
  /** Approve without asking. */
  approve: boolean
  /** Leave the twin running until Ctrl-C. */
  keep: boolean
  /** The entry of the access list to take away. */
  break?: string
  /** Where an earlier demo left its state. */
  directory?: string
}

/** From an empty machine to a model that answers, and what every step of it was allowed to do. */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<void> {
  const place = await workplace(options.directory)
  const line = await lineOf(place, options)
  let it: Twin | undefined
  try {
    it = await startTwin({ state: place.state, port: 0, report: terminal.report })
    writeFileSync(endpointFile(place.state), it.endpoint, { mode: 0o600 })
    await play(it, place, line, options, terminal)
    if (options.keep) {
      terminal.report({ type: 'note', text: `the twin goes on until Ctrl-C; take it up again: ${again(place)}` })
      await new Promise<void>(done => terminal.signal.addEventListener('abort', () => done(), { once: true }))
    }
    await it.close()
    if (!options.keep) place.remove()
  } catch (error) {
    await it?.close()
    terminal.end()
    terminal.report({
      type: 'note',
      text: `everything is kept in ${place.root}; take it up again: ${again(place)}`,
    })
    throw error
  }
}

interface Line {
  definition: Definition
  list: readonly Access[]
  /** The one of the list that is taken away. */
  broken: Access
}

/** Asked before anything starts: an entry that is not there leaves nothing behind. */
async function lineOf(place: Workplace, options: DemoOptions): Promise<Line> {
  const { definition } = await loadProject(place.project)
  const list = accessList(definition)
  try {
    return { definition, list, broken: chooseEntry(list, options.break) }
  } catch (error) {
    if (options.directory === undefined) place.remove()
    throw error
  }
}

const again = (place: Workplace) => `${programName} demo --directory ${place.root}`

async function play(
  it: Twin,
  place: Workplace,
  { definition, list, broken }: Line,
  options: DemoOptions,
  terminal: Terminal,
): Promise<void> {
  const { report, signal } = terminal
  const names = namesOf(definition)
  const cloud = cloudOf(definition, { state: place.state })
  const shared = cloud.account('shared')
  const began = performance.now()
  const phase = phases(it, terminal)

  report({ type: 'ready', endpoint: it.endpoint, state: place.state })
  report({ type: 'note', text: 'every permission is enforced, on every call, from outside and from inside' })
  const keys = await people(definition, shared, place)
  report({ type: 'step', text: 'deploys base, then training and production in parallel, then the pipeline' })
  await deploy(definition, synthTemplates(definition), cloud, { report, signal })
  report({
    type: 'note',
    text: 'AWS starts an execution when a pipeline is created: it fails, the repository is empty',
  })
  const approver = personOf(definition, 'approvers')
  const watching: WatchOptions = {
    pace: cloud.pace,
    report,
    signal,
    async onApproval(stage, action) {
      const yes =
        options.approve ||
        !terminal.interactive ||
        /^y(es)?$/i.test(await terminal.ask(`approve ${stage}/${action}? [y/N] `))
      const as = { ...shared, credentials: keys[approver] ?? shared.credentials }
      await answerApproval(as, definition.name, { stage, approve: yes, summary: yes ? 'looks right' : 'not this one' })
      report({ type: 'approval', stage, action, answer: yes ? 'approved' : 'rejected', by: approver })
    },
    onAction: showTraining(definition, cloud, report),
  }
  if (options.directory !== undefined) await finishOthers(definition, shared, watching)
  const known = new Set(
    (await executions(shared, definition.name)).map(({ pipelineExecutionId = '' }) => pipelineExecutionId),
  )
  phase('deploy')

  report({
    type: 'step',
    text: 'uploads the training data, without any encryption header: it lands under the shared key',
  })
  const publisher = personOf(definition, 'publishers')
  for (const stage of definition.stages) {
    if (stage.kind !== 'train') continue
    const as = { ...shared, credentials: keys[publisher] ?? shared.credentials }
    const uploaded = await uploadFolder(as, names.bucket, join(place.project, 'data'), stage.data)
    report({ type: 'note', text: uploaded.map(key => `s3://${names.bucket}/${key}`).join('  ') })
  }
  report({ type: 'step', text: 'pushes the repository with git: the push starts the line' })
  const url = await cloneUrl(shared, definition.source.repository)
  const commit = await push(place.project, url, definition.source.branch, 'Train on the churn data', shared)
  const started = await nextExecution(shared, definition.name, known, { pace: cloud.pace, seconds: 30, signal })
  report({ type: 'note', text: `commit ${commit.slice(0, 8)} to ${url}` })
  report({
    type: 'execution',
    pipeline: definition.name,
    id: started.id,
    status: 'InProgress',
    trigger: started.trigger,
  })
  phase('push')

  report({
    type: 'step',
    text: 'the line runs: workflow into training, training job, approval, endpoint in production',
  })
  const run = await watch(shared, definition.name, started.id, watching)
  if (run.status !== 'Succeeded')
    throw new Failure(`the line is ${run.status} at ${run.failed?.stage}/${run.failed?.action}: ${run.failed?.message}`)
  phase('run')

  await evaluate(definition, place, terminal)
  phase('predict')
  report({ type: 'step', text: 'the permissions: derived from the definition, beside those that the run used' })
  showAccesses(list, it.audit(), report)
  phase('accesses')
  const last = [...it.audit()].at(-1)?.number ?? 0
  report({ type: 'step', text: 'takes one permission away, and runs the line again' })
  await breakAndMend(definition, list, broken, cloud, { report, signal, audit: () => it.audit(last), watching })
  phase('break and mend')

  report({
    type: 'done',
    text: 'a commit became a model that answers, and every call on the way was authorised',
    seconds: (performance.now() - began) / 1000,
  })
  const deployed = endpointsOf(definition)[0]
  report({ type: 'note', text: `endpoint: POST ${it.endpoint}/endpoints/${deployed?.endpoint.name}/invocations` })
  if (options.keep) {
    report({
      type: 'note',
      text: `next, in another terminal: ${programName} status --state ${place.state} --config ${place.project}  (or run, approve, logs, destroy)`,
    })
    report({
      type: 'note',
      text: `      eval "$(${programName} env --state ${place.state} --account ${shared.account})"; aws codepipeline list-pipelines`,
    })
  } else
    report({
      type: 'note',
      text: `next: ${programName} demo --keep leaves the twin running; ${programName} init my-line begins your own`,
    })
}

const endpointsOf = (definition: Definition) =>
  Object.values(namesOf(definition).stages).filter(stage => stage.kind === 'deploy-endpoint')

const personOf = (definition: Definition, part: 'publishers' | 'approvers'): string => definition.people[part][0] ?? ''

/** Reports how long each phase took and how many calls it made. */
function phases(it: Twin, { report }: Terminal): (name: string) => void {
  let since = performance.now()
  let calls = 0
  return name => {
    const total = [...it.audit(calls)].at(-1)?.number ?? calls
    report({ type: 'phase', name, seconds: (performance.now() - since) / 1000, calls: total - calls })
    since = performance.now()
    calls = total
  }
}

async function evaluate(definition: Definition, place: Workplace, { report }: Terminal): Promise<void> {
  const cloud = cloudOf(definition, { state: place.state })
  for (const { endpoint, account } of endpointsOf(definition)) {
    const { rows, unlabelled } = await readLabelled(join(place.project, 'data', 'validation.csv'))
    report({ type: 'step', text: `asks the endpoint ${endpoint.name} about ${rows.length} customers` })
    const scores = await predict(
      accountById(definition, cloud, account),
      endpoint.name,
      rows.map(row => row.features),
    )
    const area = auc(
      rows.map(row => row.label),
      scores,
    )
    report({
      type: 'metric',
      job: endpoint.name,
      name: `AUC on ${rows.length} labelled rows`,
      value: Number(area.toFixed(4)),
    })
    for (const line of unlabelled)
      report({ type: 'note', text: `line ${line} of validation.csv has no label and was left out` })
    const picked = [rows.findIndex(row => row.label === 1), 0, 1].map(at => [rows[at], scores[at]] as const)
    report({
      type: 'table',
      columns: ['line', 'predicted', 'truth'],
      rows: picked.map(([row, score]) => [
        String(row?.line),
        (score ?? Number.NaN).toFixed(4),
        row?.label === 1 ? 'left' : 'stayed',
      ]),
    })
    if (!(area > 0.5)) throw new Failure(`the model answers no better than chance: AUC ${area}`)
  }
}

/** What an earlier demo was cut off from goes on first: an execution that waits for its approval lets nobody pass. */
async function finishOthers(definition: Definition, shared: Connection, watching: WatchOptions): Promise<void> {
  for (const { status, pipelineExecutionId = '' } of (await executions(shared, definition.name)).toReversed()) {
    if (status !== 'InProgress') continue
    watching.report({ type: 'note', text: `goes on with execution ${pipelineExecutionId}` })
    await watch(shared, definition.name, pipelineExecutionId, { ...watching, resumed: true })
  }
}
