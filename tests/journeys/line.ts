import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Access, accessList, type Definition, namesOf } from '@tripoint/pipeline'
import { synthTemplates } from '@tripoint/stacks'
import { type AuditEntry, type Twin, type TwinOptions, twin } from '@tripoint/twin'
import example from '../../examples/churn/tripoint.config.ts'
import { cloudOf } from '../../packages/cli/src/cloud/accounts.ts'
import type { Cloud, Connection } from '../../packages/cli/src/cloud/cloud.ts'
import { people } from '../../packages/cli/src/demo/people.ts'
import { push } from '../../packages/cli/src/demo/push.ts'
import { type Workplace, workplace } from '../../packages/cli/src/demo/workplace.ts'
import { answerApproval } from '../../packages/cli/src/line/approve.ts'
import { deploy } from '../../packages/cli/src/line/deploy.ts'
import { nextExecution, start } from '../../packages/cli/src/line/start.ts'
import { uploadFolder } from '../../packages/cli/src/line/upload.ts'
import { executions, type Watched, watch } from '../../packages/cli/src/line/watch.ts'

/** A line of the example project on a twin of its own, driven as its users drive it. */
export interface Line {
  twin: Twin
  place: Workplace
  definition: Definition
  list: readonly Access[]
  cloud: Cloud
  account(role: 'shared' | 'training' | 'production'): Connection
  /** Deploys the stacks with the policies of `list`. */
  deploy(list?: readonly Access[]): Promise<void>
  /** Makes the people of the definition and uploads the training data as its publisher. */
  prepare(): Promise<void>
  /** Edits the workflow's template in the repository, commits, pushes; the execution that the push starts. */
  push(message: string, edit?: (template: string) => string): Promise<{ id: string; trigger: string }>
  start(): Promise<string>
  /** Follows an execution; its approvals are answered by the definition's approver. */
  finish(id: string, answer?: 'approve' | 'reject' | ((stage: string) => Promise<void>)): Promise<Watched>
  audit(after?: number): AuditEntry[]
  /** Stops the twin and copies its state: a deployed line that others begin from. */
  save(): Promise<string>
  close(): Promise<void>
}

interface LineOptions extends Pick<TwinOptions, 'clock' | 'log' | 'tls'> {
  /** A variant of the example's. */
  definition?: Definition
}

/** A line of its own, or a copy of a saved one; `clock` for what waits longer than a test should. */
export async function openLine(saved?: string, { definition = example, ...options }: LineOptions = {}): Promise<Line> {
  const root = mkdtempSync(join(tmpdir(), 'line-'))
  if (saved !== undefined) cpSync(saved, root, { recursive: true })
  const place = await workplace(root)
  const it = await twin({ state: place.state, log: text => process.stderr.write(`${text}\n`), ...options })
  writeFileSync(join(place.state, 'endpoint'), it.endpoint)
  const names = namesOf(definition)
  const list = accessList(definition)
  const cloud = { ...cloudOf(definition, { state: place.state }), pace: 20 }
  const shared = cloud.account('shared')
  const silent = () => {}
  const template = join(place.project, 'training.template.json')
  const original = readFileSync(template, 'utf8')
  const close = async () => {
    await it.close()
    rmSync(root, { recursive: true, force: true })
  }
  return {
    twin: it,
    place,
    definition,
    list,
    cloud,
    account: role => cloud.account(role),
    async deploy(entries = list) {
      await people(definition, shared, place)
      await deploy(definition, synthTemplates(definition, { access: entries }), cloud, { report: silent })
    },
    async prepare() {
      const keys = await people(definition, shared, place)
      const publisher = { ...shared, credentials: keys[definition.people.publishers[0] ?? ''] ?? shared.credentials }
      await uploadFolder(publisher, names.bucket, join(place.project, 'data'), 'data/')
    },
    async push(message, edit = text => text) {
      const known = new Set(
        (await executions(shared, definition.name)).map(({ pipelineExecutionId = '' }) => pipelineExecutionId),
      )
      writeFileSync(template, edit(original))
      await push(place.project, `${it.endpoint}/v1/repos/${definition.source.repository}`, 'main', message, shared)
      return nextExecution(shared, definition.name, known, { pace: cloud.pace, seconds: 20 })
    },
    start: () => start(shared, definition.name),
    async finish(id, answer = 'approve') {
      const keys = await people(definition, shared, place)
      const approver = { ...shared, credentials: keys[definition.people.approvers[0] ?? ''] ?? shared.credentials }
      return watch(shared, definition.name, id, {
        pace: cloud.pace,
        report: silent,
        onApproval: async stage => {
          if (typeof answer === 'function') await answer(stage)
          else
            await answerApproval(approver, definition.name, {
              stage,
              approve: answer === 'approve',
              summary: 'by test',
            })
        },
      })
    },
    audit: after => [...it.audit(after)],
    async save() {
      await it.close()
      return root
    },
    close,
  }
}
