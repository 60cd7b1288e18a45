import { rmSync } from 'node:fs'
import { push } from '../../../packages/cli/src/demo/push.ts'
import { executions } from '../../../packages/cli/src/line/watch.ts'
import { type Line, openLine } from '../line.ts'
import { stepReaches } from './follow.ts'

/** One line, saved at two moments: a copy of it costs nothing. */
export interface SavedLines {
  /** Deployed, with its data and its first commit, before its first run. */
  readonly fresh: string
  /** Its first run has trained a model and waits for approval. */
  readonly waiting: string
  remove(): void
}

/** Where it lies. */
export async function freshLine(): Promise<string> {
  const line = await openLine()
  // Without what starts it, a push leaves the line as it is.
  await line.deploy(line.list.filter(({ hop }) => hop !== 'trigger'))
  await line.prepare()
  const repository = `${line.twin.endpoint}/v1/repos/${line.definition.source.repository}`
  await push(line.place.project, repository, 'main', 'First', line.account('shared'))
  await line.deploy()
  return line.save()
}

export async function savedLines(): Promise<SavedLines> {
  const fresh = await freshLine()
  const running = await openLine(fresh)
  await stepReaches(running, await running.start(), 'Approve/Approve', status => status === 'InProgress')
  const waiting = await running.save()
  return {
    fresh,
    waiting,
    remove() {
      for (const root of [fresh, waiting]) rmSync(root, { recursive: true, force: true })
    },
  }
}

/** The execution that was on its way when the line was saved. */
export async function newestExecution(line: Line): Promise<string> {
  const [newest] = await executions(line.account('shared'), line.definition.name)
  return newest?.pipelineExecutionId ?? ''
}
