import type { Requester } from '../language/request.ts'

const SESSION = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\/([^/]+)$/
const FEDERATED = /^arn:([^:]+):sts::(\d{12}):federated-user\/(.+)$/s
const HOLDER = /^arn:([^:]+):iam::(\d{12}):(root$|user\/|role\/)(.*)$/s

/**
 * Who stands behind a principal's text: the ARN of a role (any session of it), session, user, federated user or root, `service:lambda.amazonaws.com`,
 * `federated:accounts.google.com`, `anonymous`.
 */
export function requesterOf(text: string, session = 'session'): Requester {
  const [, partition = '', account = '', role = '', name = ''] = SESSION.exec(text) ?? []
  if (name) return roleRequester(`arn:${partition}:iam::${account}:role/${role}`, text)
  const federated = FEDERATED.exec(text)
  if (federated) return federatedRequester(text, federated)
  const holder = HOLDER.exec(text)
  if (holder?.[3] === 'root') return { type: 'root', arn: text, account: holder[2]!, uniqueId: holder[2]! }
  if (holder?.[3] === 'user/')
    return { type: 'user', arn: text, account: holder[2]!, uniqueId: 'AIDAEXAMPLEUSER000000' }
  if (holder) return roleRequester(text, sessionArn(text, session))
  if (text.startsWith('service:')) return serviceRequester(text.slice('service:'.length))
  const arn = text.startsWith('federated:') ? text.slice('federated:'.length) : ''
  return { type: 'anonymous', arn, account: '', uniqueId: '' }
}

/** A session of a role, under a given name. */
export function sessionArn(roleArn: string, session: string): string {
  const [, partition, , , account, path = ''] = roleArn.split(':')
  return `arn:${partition}:sts::${account}:assumed-role/${path.split('/').at(-1)}/${session}`
}

function roleRequester(roleArn: string, arn: string): Requester {
  const uniqueId = `AROAEXAMPLEROLE000000:${arn.split('/').at(-1)}`
  return { type: 'assumed-role', arn, account: roleArn.split(':')[4]!, roleArn, uniqueId }
}

/** Of a role or user of whom only the ARN is known, which does not say the id. */
export function isInvented({ uniqueId }: Requester): boolean {
  return /^A(ROA|IDA)EXAMPLE/.test(uniqueId)
}

/** A session that a user asked for: of which user, the text does not say. */
function federatedRequester(arn: string, [, partition, account = '', name]: RegExpExecArray): Requester {
  const userArn = `arn:${partition}:iam::${account}:user/of-${name}`
  return { type: 'federated-user', arn, account, userArn, uniqueId: `${account}:${name}` }
}

function serviceRequester(service: string): Requester {
  return { type: 'service', arn: service, account: '', uniqueId: '', service }
}
