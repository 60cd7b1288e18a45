import { accountOfArn } from '@tripoint/pipeline'
import { statementSpot } from '../world/statement-spot.ts'
import type { World, WrittenPolicy } from '../world/world.ts'
import type { Rule } from './rule.ts'

/** Conditions that leave only some principals of an account. */
const NARROWING = /^aws:(PrincipalArn|PrincipalTag\/.{1,128}|userid|username|SourceArn)$/i

const WORDS: Readonly<Record<string, { readonly lets: string; readonly may: string }>> = {
  key: { lets: 'the key policy lets', may: 'use the key' },
  resource: { lets: 'the policy lets', may: 'read or write there' },
  trust: { lets: 'the trust policy lets', may: 'put the role on' },
}

export const wholeAccount: Rule = {
  code: 'whole-account',
  severity: 'warning',
  about: 'a key, a bucket or a role is opened to a whole other account',
  covers: ['D11'],
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn',
  find: ({ world }) =>
    policiesOf(world).flatMap(written => {
      const words = WORDS[written.side]
      if (words === undefined) return []
      return written.policy.document.Statement.flatMap((statement, index) => {
        const narrow = Object.values(statement.Condition ?? {}).some(keys =>
          Object.keys(keys).some(key => NARROWING.test(key)),
        )
        if (statement.Effect !== 'Allow' || narrow) return []
        const accounts = (statement.Principal?.AWS ?? []).flatMap(principal => wholeOf(principal, written.account))
        if (accounts.length === 0) return []
        const which = accounts.length === 1 ? `account ${accounts[0]}` : `accounts ${accounts.join(' and ')}`
        return [
          {
            message: `${words.lets} the whole of ${which} in: ${written.owner}`,
            consequence: `every role and user there that its own administrators allow it can ${words.may}`,
            cure: 'name the roles: add ArnEquals aws:PrincipalArn with their ARNs, which need not exist yet',
            spot: statementSpot(written, index),
          },
        ]
      })
    }),
}

const policiesOf = ({ policies, principals }: World): WrittenPolicy[] => [
  ...new Set([...policies, ...principals.flatMap(({ trust }) => trust ?? [])]),
]

/** `arn:aws:iam::222222222222:root` and `222222222222` are the account itself; one's own is not another. */
function wholeOf(principal: string, own: string): string[] {
  const account = /^\d{12}$/.test(principal) ? principal : principal.endsWith(':root') ? accountOfArn(principal) : ''
  return account === '' || account === own ? [] : [account]
}
