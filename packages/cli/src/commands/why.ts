import { why as explain, inferNeeds, needsOf, understand } from '@tripoint/proof'
import { inputsOf } from '../project/inputs.ts'
import { unreadText } from '../project/unread.ts'
import { worldOf } from '../project/world.ts'
import { Failure } from '../report/failure.ts'
import type { Command } from './command.ts'
import { optionText } from './shared-options.ts'
import { templateOptions, templatesFrom } from './template-options.ts'

const CODES = { allowed: 0, denied: 1, unknown: 2 } as const

export const why: Command = {
  arguments: [
    { name: '<principal>', about: 'a role, a user, a service, an account id for its root, or anyone; by name or ARN' },
    { name: '<action>', about: 'such as kms:Decrypt' },
    {
      name: '<resource>',
      about: 'an ARN, s3://BUCKET/KEY, a name, a logical id and what lies below it (Bucket/data/x), or *',
    },
  ],
  options: [
    {
      flags: '--context <key=value>',
      about: 'what the request carries; KEY= for what it does not; once for each',
      many: true,
    },
    { flags: '--config <path>', about: 'the definition, or the folder of its tripoint.config.ts', fallback: '.' },
    { flags: '--templates <path...>', about: 'templates and folders of them, in place of a definition', many: true },
    ...templateOptions,
  ],
  notes:
    'exit code: 0 allowed, 1 denied, 2 cannot be said\n\ntripoint why deployer kms:Decrypt Key                    of the definition here\ntripoint why anyone s3:GetObject Bucket/data/x --context aws:SecureTransport=false\ntripoint why arn:aws:iam::222222222222:role/x s3:GetObject s3://bucket/key --templates out/*.json',
  misused: 2,
  async run([principal = '', action = '', resource = ''], options, terminal) {
    // Until there is an answer, nothing can be said.
    terminal.exit(2)
    const templates = Array.isArray(options.templates) ? options.templates : undefined
    const given = templatesFrom(options)
    const read = await inputsOf(templates ?? [optionText(options, 'config') ?? '.'], given)
    const world = worldOf(read, given)
    const needs = read.definition ? needsOf(read.definition, world) : inferNeeds(world)
    const understood = understand(world, needs, { principal, action, resource, context: contextOf(options.context) })
    if ('problem' in understood) throw new Failure(understood.problem, understood.cure)
    for (const text of unreadText([...read.findings, ...world.findings])) terminal.report({ type: 'note', text })
    const answer = explain(world, needs, understood.question)
    terminal.report({ type: 'why', answer })
    terminal.exit(CODES[answer.verdict])
  },
}

function contextOf(given: unknown): Record<string, string | readonly string[]> {
  const context: Record<string, string[]> = {}
  for (const pair of Array.isArray(given) ? given.map(String) : []) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
    if (key === undefined || value === undefined)
      throw new Failure(`--context ${pair} is no KEY=VALUE`, 'write it like --context aws:SourceAccount=111111111111')
    context[key] = [...(Object.hasOwn(context, key) ? (context[key] ?? []) : []), value]
  }
  return Object.fromEntries(
    Object.entries(context).map(([key, values]) => [key, values.length === 1 ? values[0]! : values]),
  )
}
