import type { Report } from '@tripoint/proof'
import { sendAs } from '../../journeys/escalation/account.ts'
import { assume, type LockedLine } from '../../journeys/lock/locked-line.ts'
import { outcome } from '../../journeys/lock/reach.ts'
import { documentsOf, type Json, withValue } from '../documents.ts'
import type { Mutation } from '../mutations.ts'
import { mutated } from './put.ts'

/** A statement that nobody needs, added to one of the templates' policies. */
export interface Hole {
  readonly template: string
  readonly of: string
  readonly side: Mutation['document']['side']
  readonly statement: Json
}

export type Path = Report['paths'][number]

/** From production's function into the line's role, and by what that role may, into training. */
export const HOLES = ({ names, deploy }: LockedLine): readonly Hole[] => [
  {
    template: names.stacks.base,
    of: 'PipelineRole',
    side: 'trust',
    statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${deploy.account}:root` },
      Action: 'sts:AssumeRole',
    },
  },
  {
    template: deploy.stack,
    of: 'DeployDeployerRole',
    side: 'identity',
    statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: names.pipelineRole.arn },
  },
]

export function planted(templates: Readonly<Record<string, Json>>, holes: readonly Hole[]): Mutation[] {
  return holes.map(({ template, of, side, statement }) => {
    const value = templates[template] as Json
    const document = documentsOf(value).find(each => each.of === of && each.side === side)
    if (document === undefined) throw new Error(`${template} has no ${side} policy of ${of}`)
    const statements = [...document.statements, statement]
    const changed = withValue(value, [...document.path, 'Statement'], statements) as Json
    const words = { name: `a hole in ${of}`, how: 'widen', what: 'statement' } as const
    return { ...words, template, document, statement: statements.length - 1, changed }
  })
}

export const withHoles = <Result>(
  it: LockedLine,
  [first, ...rest]: readonly Mutation[],
  work: () => Promise<Result>,
): Promise<Result> => (first === undefined ? work() : mutated(it, first, () => withHoles(it, rest, work)))

/** Goes the way from role to role, each with the credentials that the one before it gave: how far it got. */
export async function walked(it: LockedLine, { from, steps }: Path): Promise<string> {
  // `anybody else in 333333333333 (production)` is the account's own all-powerful role.
  const [, account] = /^anybody else in (\d{12})/.exec(from) ?? []
  const start =
    it.field.actors.find(({ arn }) => arn === from) ??
    it.strangers.find(each => each.account === account && each.arn.includes(':role/'))
  if (start === undefined) return `nobody holds ${from}`
  let { send } = start
  for (const { to } of steps) {
    let session: Awaited<ReturnType<typeof assume>> | undefined
    const told = await outcome(
      assume(send, to).then(credentials => {
        session = credentials
      }),
    )
    if (session === undefined) return `${to}: ${told}`
    send = sendAs({ ...start.connection, credentials: session })
  }
  return 'there'
}

export const isOfRoles = ({ steps }: Path): boolean => steps.every(({ by }) => by === 'assume-role')
