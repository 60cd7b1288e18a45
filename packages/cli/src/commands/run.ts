import { cureOf } from '../line/cure.ts'
import { showTraining } from '../line/metrics.ts'
import { start } from '../line/start.ts'
import { watch } from '../line/watch.ts'
import { Failure } from '../report/failure.ts'
import { cloudFrom, cloudOptions } from './cloud-options.ts'
import type { Command } from './command.ts'
import { projectOf } from './shared-options.ts'

export const run: Command = {
  options: cloudOptions,
  stopped: 'the line goes on by itself; see where it stands: tripoint status',
  async run(_args, options, { report, signal }) {
    const { definition } = await projectOf(options)
    const cloud = cloudFrom(definition, options)
    const shared = cloud.account('shared')
    const began = performance.now()
    const id = await start(shared, definition.name)
    report({ type: 'execution', pipeline: definition.name, id, status: 'InProgress', trigger: 'tripoint run' })
    const { status, failed } = await watch(shared, definition.name, id, {
      pace: cloud.pace,
      report,
      signal,
      onAction: showTraining(definition, cloud, report),
      async onApproval(stage) {
        report({ type: 'note', text: `${stage} waits: tripoint approve, or tripoint reject, in another terminal` })
      },
    })
    if (status !== 'Succeeded') {
      throw new Failure(
        `the execution is ${status}${failed === undefined ? '' : ` at ${failed.stage}/${failed.action}: ${failed.message}`}`,
        failed === undefined ? 'see where the line stands: tripoint status' : cureOf(definition, failed),
      )
    }
    report({ type: 'done', text: 'the line ran to its end', seconds: (performance.now() - began) / 1000 })
  },
}
