/** What a rule is about, for whoever sees its result and has never heard of it. */
export interface Rule {
  readonly title: string
  readonly help: string
}

/** The parts of the proof. A finding's rule is its code. */
export const PROOF_RULES: Readonly<Record<string, Rule>> = {
  'need-denied': {
    title: 'a permission that the pipeline needs is not there',
    help: 'A step of the pipeline makes this call, and some policy does not allow it: the identity policy of the role that calls, or the policy of the resource, key or role that is called, which has to agree when it lies in another account. The message says which side is missing, and what is seen without it.',
  },
  'need-depends': {
    title: 'a permission that the pipeline needs is there only sometimes',
    help: 'A condition, or a pattern that is narrower than what is needed, allows some of the calls that a step makes and not others. The message gives one that is not allowed.',
  },
  'need-undecided': {
    title: 'whether a needed permission is there is not decided',
    help: 'The policies have more combinations of patterns and conditions than the proof looks at. It may be allowed or not; nothing is claimed.',
  },
  'guard-open': {
    title: 'what has to be denied is not',
    help: 'The line denies uploads with another key, without encryption and over old or no TLS, whoever asks. Here such a request is not denied.',
  },
  'guard-undecided': {
    title: 'whether everything is denied that has to be is not decided',
    help: 'The policies have more combinations of patterns and conditions than the proof looks at. Nothing is claimed.',
  },
  excess: {
    title: 'something is allowed that nothing needs',
    help: 'No step of the pipeline makes a call that this lets through. The report shows a request that it allows, and the policy as small as it can be.',
  },
  repeated: {
    title: 'something is allowed twice',
    help: 'Another statement says it, too. It changes nothing, and whoever takes one of them away is surprised.',
  },
  'denies-more': {
    title: 'more is denied than has to be',
    help: 'No need is refused by it today. Something that is needed later may be.',
  },
  reach: {
    title: 'somebody who is not on the list can reach this',
    help: 'A principal that the pipeline does not need can do something to its key, bucket, repository or roles.',
  },
  'reach-undecided': {
    title: 'whether others can reach this is not decided',
    help: 'A policy has more combinations of patterns and conditions than the proof looks at. Nothing is claimed.',
  },
  escalation: {
    title: 'whoever holds a role of one account can become one of another',
    help: 'Each step of the chain is allowed: assuming a role, passing one to a service that runs code, rewriting a policy or a trust. The accounts are not separate as long as it is.',
  },
  undecided: {
    title: 'the proof gave up on a question',
    help: 'It had more combinations of patterns and conditions than the proof looks at. Nothing is claimed.',
  },
}

export const ruleOf = (id: string): Rule =>
  PROOF_RULES[id] ?? {
    title: id.replaceAll('-', ' '),
    help: 'The message says what is wrong, what follows from it, and how to cure it.',
  }
