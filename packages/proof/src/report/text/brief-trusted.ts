import type { Trusted } from '../report.ts'
import { partsOf } from '../short-name.ts'
import type { Brevity } from './brevity.ts'
import type { Paper } from './paper.ts'
import { few, sayWorst } from './part.ts'

const MOST = 10
const SOME = 3

/** A line or two for each: what it comes to, and not by which actions. */
export function sayBriefTrusted(on: Paper, trusted: readonly Trusted[], brief: Brevity) {
  const people = [...Map.groupBy(trusted, ({ who }) => who)]
  if (people.length === 0) return
  on.gap()
  on.say(0, `trusted: ${people.length}`, 'bold')
  sayWorst(
    on,
    people,
    MOST,
    ([who, own]) => {
      const owner = own.find(({ roles }) => roles !== undefined)
      const may = owner === undefined ? actions(own, brief) : ownership(owner, own, brief)
      on.mark(2, '·', 'cyan', `${who.startsWith('arn:') ? brief.placed(who) : who}: ${may}`)
    },
    ([, own]) => own.length,
  )
}

const actions = (own: readonly Trusted[], brief: Brevity): string =>
  own.map(({ may, on: what }) => `${few(may, SOME)} on ${brief.short(what)}`).join('; ')

/** Whoever writes the policies of an account is each of its roles, and has what they have elsewhere. */
function ownership(owner: Trusted, own: readonly Trusted[], brief: Brevity): string {
  const account = owner.account
  const key = own.some(
    ({ on, may }) => partsOf(on).service === 'kms' && partsOf(on).account === account && may.some(opens),
  )
  const roles = owner.roles === 1 ? 'its role' : `its ${owner.roles} roles`
  const elsewhere = own.filter(({ why }) => why.startsWith('they can become')).map(({ on }) => brief.placed(on))
  return [
    `can rewrite every policy there${key ? ", the key's too," : ''} and so become ${roles}${key ? ' and use the key' : ''}`,
    ...(elsewhere.length === 0 ? [] : [`with these roles they reach ${few(elsewhere, SOME - 1)}`]),
  ].join('; ')
}

const opens = (action: string): boolean => /^(\*|kms:(\*|put|creategrant))/i.test(action)
