import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namesOf } from '@tripoint/pipeline'
import { synthTemplates } from '@tripoint/stacks'
import example from '../../../examples/churn/tripoint.config.ts'
import { cloudOf } from '../../../packages/cli/src/cloud/accounts.ts'
import { sleep } from '../../../packages/cli/src/cloud/cloud.ts'
import { git } from '../../../packages/cli/src/cloud/git.ts'
import { people } from '../../../packages/cli/src/demo/people.ts'
import type { Workplace } from '../../../packages/cli/src/demo/workplace.ts'
import { answerApproval } from '../../../packages/cli/src/line/approve.ts'
import { deploy } from '../../../packages/cli/src/line/deploy.ts'
import { predict } from '../../../packages/cli/src/line/invoke.ts'
import { describeStack } from '../../../packages/cli/src/line/stack.ts'
import { nextExecution } from '../../../packages/cli/src/line/start.ts'
import { uploadFolder } from '../../../packages/cli/src/line/upload.ts'
import { executions, type Watched, watch } from '../../../packages/cli/src/line/watch.ts'

/** A user of the line who tries again whatever the loss of the connection has cut short. */
export interface Survivor {
  deploy(): Promise<void>
  upload(): Promise<void>
  /** Commits once, however often it must be pushed; the execution that the push starts. */
  push(message: string): Promise<string>
  /** Follows an execution to its end and approves it; cut short, it looks again. */
  finish(id: string): Promise<Watched>
  predict(rows: readonly string[]): Promise<number[]>
  /** Runs it again until no connection is lost meanwhile. */
  again<T>(task: () => Promise<T>): Promise<T>
}

const silent = () => {}
const pace = 20
const patience = 60_000

const texts = (error: unknown): string => {
  const {
    name = '',
    code = '',
    message = '',
    errors = [],
    cause,
  } = error as {
    name?: string
    code?: string
    message?: string
    errors?: unknown[]
    cause?: unknown
  }
  return [name, code, message, ...errors.map(texts), cause === undefined ? '' : texts(cause)].join(' ')
}

/** The connection is gone, and with it the knowledge of whether the call was carried out. */
const lost = (error: unknown) =>
  /ECONNREFUSED|ECONNRESET|EPIPE|socket hang up|TimeoutError|Failed to connect|Couldn't connect|Connection reset|nothing answers|Recv failure|Empty reply|unexpected disconnect|RPC failed|early EOF/i.test(
    texts(error),
  )

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  )

export function survivor(place: Workplace, endpointUrl: string, definition = example): Survivor {
  const names = namesOf(definition)
  const cloud = { ...cloudOf(definition, { state: place.state, endpointUrl }), pace }
  const shared = cloud.account('shared')
  const synthesis = synthTemplates(definition)

  async function again<T>(task: () => Promise<T>): Promise<T> {
    const until = performance.now() + patience
    for (;;) {
      try {
        return await task()
      } catch (error) {
        if (!lost(error) || performance.now() > until) throw error
        do await sleep(pace)
        while (!(await answers(endpointUrl)) && performance.now() < until)
      }
    }
  }

  /** A call that was carried out and not answered is repeated by the SDK: what it began has to end first. */
  async function settled() {
    for (const { name, account } of synthesis.manifest.stacks) {
      const role = Object.keys(definition.accounts).find(role => definition.accounts[role] === account) ?? ''
      while ((await describeStack(cloud.account(role), name))?.StackStatus?.endsWith('_IN_PROGRESS')) await sleep(pace)
    }
  }

  const person = async (arn: string | undefined) => {
    const keys = await people(definition, shared, place)
    return { ...shared, credentials: keys[arn ?? ''] ?? shared.credentials }
  }

  return {
    again,
    async deploy() {
      await again(() => people(definition, shared, place))
      await again(async () => {
        await settled()
        try {
          await deploy(definition, synthesis, cloud, { report: silent })
        } catch (error) {
          if (!/AlreadyExists|can ?not be updated|_IN_PROGRESS/.test(texts(error))) throw error
          throw new Error('socket hang up', { cause: error })
        }
      })
      // Creating the pipeline starts it, and it fails: there is nothing in its repository.
      await again(async () => {
        for (;;) {
          const known = await executions(shared, definition.name)
          if (known.length > 0 && known.every(({ status }) => status === 'Failed')) return
          await sleep(pace)
        }
      })
    },
    async upload() {
      const publisher = await person(definition.people.publishers[0])
      await again(() => uploadFolder(publisher, names.bucket, join(place.project, 'data'), 'data/'))
    },
    async push(message) {
      const { project } = place
      const list = () => again(() => executions(shared, definition.name))
      const known = new Set((await list()).map(({ pipelineExecutionId = '' }) => pipelineExecutionId))
      const template = join(project, 'training.template.json')
      const depth = 3 + (known.size % 4)
      writeFileSync(template, readFileSync(template, 'utf8').replace(/"max_depth": "\d+"/, `"max_depth": "${depth}"`))
      const url = `${shared.endpoint}/v1/repos/${definition.source.repository}`
      await git(project, ['init', '--quiet', '--initial-branch=main'])
      await git(project, ['add', '--all', '--', '.', ':!data'])
      await git(project, ['commit', '--quiet', '--allow-empty', '-m', message])
      const credentials = shared.credentials as Exclude<typeof shared.credentials, () => unknown>
      await again(() => git(project, ['push', '--quiet', url, 'main'], { credentials, region: shared.region }))
      const { id } = await again(() => nextExecution(shared, definition.name, known, { pace, seconds: 20 }))
      return id
    },
    finish: id =>
      again(async () =>
        watch(shared, definition.name, id, {
          pace,
          report: silent,
          async onApproval(stage) {
            const approver = await person(definition.people.approvers[0])
            await answerApproval(approver, definition.name, { stage, approve: true, summary: `of ${id}` }).catch(
              error => {
                // The answer that was not heard was taken.
                if (!/no approval|ApprovalAlreadyCompleted/.test(texts(error))) throw error
              },
            )
          },
        }),
      ),
    predict: rows => again(() => predict(cloud.account('production'), definition.name, rows)),
  }
}
