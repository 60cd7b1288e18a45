/** Who did what on what, as far as one of AWS's sentences says. */
export interface Said {
  readonly principal?: string
  readonly action?: string
  readonly resource?: string
}

interface Sentence {
  /** words of it that do not change: only what stands near them is looked at */
  readonly around: string
  readonly pattern: RegExp
  /** what it says, of what the pattern caught */
  readonly of: (caught: readonly (string | undefined)[]) => Said
}

/** Accounts that somebody made unreadable are still part of a name: `arn:aws:iam::(account):role/x`. */
const ARN = 'arn:aws[^\\s"\'<>,;]{1,700}'
const ACTION = '([\\w-]{1,40}:\\w{1,80})(?=[ .,;"\']|$)'
const RESOURCE = `(${ARN}|\\*|(?:role|user|policy) [\\w+=.@/-]{1,128})`

const who = (principal: string | undefined): Said =>
  principal === undefined ? {} : { principal: principal === 'CodePipeline' ? PIPELINES : clean(principal) }
const what = (resource: string | undefined): Said => (resource === undefined ? {} : { resource: clean(resource) })
const PIPELINES = 'codepipeline.amazonaws.com'

const bucket = (name: string | undefined): string => `arn:aws:s3:::${(name ?? '').replace(/\.$/, '')}`
const object = (uri: string | undefined): string => `arn:aws:s3:::${(uri ?? '').replace(/^s3:\/\//, '')}`

/** AWS's sentences about a call that was refused, the most telling first. */
const SENTENCES: readonly Sentence[] = [
  {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    around: 'is not authorized to perform: ',
    pattern: new RegExp(
      `(?:User: (\\S{1,700})|(${ARN})|([\\w-]{1,60}\\.amazonaws\\.com)) is not authorized to perform: ${ACTION}(?: on (?:resource: ?)["']?${RESOURCE})?`,
    ),
    of: ([user, arn, service, action, resource]) => ({
      ...who(user ?? arn ?? service),
      action: action ?? '',
      ...what(resource),
    }),
  },
  {
    around: 'is not authorized to perform AssumeRole on ',
    pattern: new RegExp(`(${ARN}|CodePipeline) is not authorized to perform AssumeRole on (?:action )?role (${ARN})`),
    of: ([principal, role]) => ({ ...who(principal), action: 'sts:AssumeRole', ...what(role) }),
  },
  {
    around: 'is not authorized to create managed-rule',
    pattern: new RegExp(`(${ARN})' is not authorized to create managed-rule`),
    of: ([role]) => ({ ...who(role), action: 'events:PutRule' }),
  },
  {
    around: 'is getting S3 access denied for the S3 bucket',
    pattern: new RegExp(
      `service role ["']?(${ARN})["']? is getting S3 access denied for the S3 bucket ["']?([\\w.-]{1,63})`,
    ),
    of: ([role, name]) => ({ ...who(role), action: 's3:ListBucket', ...what(bucket(name)) }),
  },
  {
    around: 'have permission to GetObject for ',
    pattern: /have permission to GetObject for ([\w.-]{1,63}\/[^\s"',;]{1,700})/,
    of: ([uri]) => ({ action: 's3:GetObject', ...what(object(uri)) }),
  },
  {
    around: 'Could not access model data at ',
    pattern: new RegExp(
      `Could not access model data at (s3://[^\\s"',;]{1,700}|\\S{1,700}) Please ensure that the role "(?:(${ARN})|[^"]{0,200})"`,
    ),
    of: ([uri, role]) => ({
      ...who(role),
      action: 's3:GetObject',
      ...(uri?.startsWith('s3://') ? what(object(uri)) : {}),
    }),
  },
  {
    around: 'does not have BatchGetImage permission',
    pattern: new RegExp(`role '(${ARN})' does not have BatchGetImage permission`),
    of: ([role]) => ({ ...who(role), action: 'ecr:BatchGetImage' }),
  },
  {
    around: 'is invalid or cannot be assumed',
    pattern: new RegExp(`Role (${ARN}) is invalid or cannot be assumed`),
    of: ([role]) => ({ principal: 'cloudformation.amazonaws.com', action: 'sts:AssumeRole', ...what(role) }),
  },
  {
    around: 'assume the role',
    pattern: new RegExp(`assume the role ["']?(${ARN})`),
    of: ([role]) => ({ action: 'sts:AssumeRole', ...what(role) }),
  },
  {
    around: 'Could not assume role',
    pattern: new RegExp(`Could not assume role ["']?(${ARN})`),
    of: ([role]) => ({ action: 'sts:AssumeRole', ...what(role) }),
  },
  {
    around: 'Amazon S3 bucket named ',
    pattern: /Amazon S3 bucket named ([\w.-]{1,63})/,
    of: ([name]) => what(bucket(name)),
  },
  { around: 'is not found', pattern: new RegExp(`Alias (${ARN}) is not found`), of: ([alias]) => what(alias) },
  { around: 'does not exist', pattern: new RegExp(`Key '(${ARN})' does not exist`), of: ([key]) => what(key) },
]

/** The first of them without its subject, where that is only a session's name. */
const NAMELESS: Sentence = {
  around: 'not authorized to perform: ',
  pattern: new RegExp(`not authorized to perform: ${ACTION}(?: on (?:resource: ?)["']?${RESOURCE})?`),
  of: ([action, resource]) => ({ action: action ?? '', ...what(resource) }),
}

/** The first of them where a terminal has broken its names: found without any space. */
const BROKEN: Sentence = {
  around: 'isnotauthorizedtoperform:',
  pattern:
    /User:(arn:aws[^\s"'<>,;]{1,700})isnotauthorizedtoperform:([\w-]{1,40}:\w{1,80}?)onresource:["']?(arn:aws[^\s"'<>,;(]{1,700}?|\*)["']?(?:because|withanexplicitdeny|\(|$)/,
  of: ([principal, action, resource]) => ({ ...who(principal), action: action ?? '', ...what(resource) }),
}

/** How far a sentence reaches on both sides of its words, and how many places are tried. */
const [BEFORE, AFTER, PLACES] = [900, 1_700, 40]

export function sentenceIn(flat: string): Said {
  for (const sentence of [SENTENCES[0]!, BROKEN, ...SENTENCES.slice(1), NAMELESS]) {
    const said = read(sentence, sentence === BROKEN ? flat.replaceAll(' ', '') : flat)
    if (said) return said
  }
  return {}
}

function read({ around, pattern, of }: Sentence, text: string): Said | undefined {
  let place = text.indexOf(around)
  for (let tried = 0; place >= 0 && tried < PLACES; tried++) {
    const caught = pattern.exec(text.slice(Math.max(0, place - BEFORE), place + AFTER))
    if (caught) return of(caught.slice(1))
    place = text.indexOf(around, place + around.length)
  }
  return undefined
}

/** Without the mark that ends a sentence, and without what follows a `?`: signatures of links. */
function clean(name: string): string {
  const bare = name.split('?', 1)[0]!.replace(/[.:\]}]{1,8}$/, '')
  return bare.endsWith(')') && !bare.includes('(') ? bare.slice(0, -1) : bare
}
