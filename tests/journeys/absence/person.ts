import { join } from 'node:path'
import { type Access, namesOf } from '@tripoint/pipeline'
import { expect } from 'vitest'
import type { Connection } from '../../../packages/cli/src/cloud/cloud.ts'
import { people } from '../../../packages/cli/src/demo/people.ts'
import { answerApproval } from '../../../packages/cli/src/line/approve.ts'
import { uploadFolder } from '../../../packages/cli/src/line/upload.ts'
import type { Line } from '../line.ts'
import { uploadInParts } from '../upload-in-parts.ts'
import { expectDenied, lastNumber, onCopy, type Scene, without } from './absent.ts'
import { stepReaches } from './follow.ts'
import { newestExecution } from './saved-lines.ts'

type Attempt = (person: Connection, line: Line) => Promise<unknown>

const upload: Attempt = (person, { definition, place }) =>
  uploadFolder(person, namesOf(definition).bucket, join(place.project, 'data'), 'data/')

const answer: Attempt = (person, { definition }) =>
  answerApproval(person, definition.name, { approve: true, summary: 'by test' })

const inParts =
  (end: 'complete' | 'abort'): Attempt =>
  (person, { definition }) =>
    uploadInParts(person, { bucket: namesOf(definition).bucket, key: 'data/large.csv' }, end)

/** What a person does with an entry. */
const ATTEMPTS: Readonly<Record<string, Attempt>> = {
  's3:PutObject': upload,
  'kms:GenerateDataKey': upload,
  'kms:Decrypt': inParts('complete'),
  's3:AbortMultipartUpload': inParts('abort'),
  'codepipeline:GetPipelineState': answer,
  'codepipeline:PutApprovalResult': answer,
}

export const isTried = ({ action, principal }: Pick<Access, 'action' | 'principal'>): boolean =>
  principal.kind !== 'service' && action in ATTEMPTS

async function attempt(line: Line, { absent: { access, name } }: Scene): Promise<void> {
  const shared = line.account('shared')
  const { principal } = access
  const arn = principal.kind === 'service' ? '' : principal.arn
  const credentials = (await people(line.definition, shared, line.place))[arn]
  const tries = ATTEMPTS[access.action]
  if (credentials === undefined || tries === undefined) throw new Error(`${name}: no occasion is known`)
  await tries({ ...shared, credentials }, line)
}

/** The person is refused and the line itself goes on as before; with the entry back, the person may. */
export function asPerson(scene: Scene): Promise<void> {
  const { saved, absent } = scene
  return onCopy(absent, saved.waiting, async line => {
    const id = await newestExecution(line)
    await line.deploy(without(line.list, absent))
    const since = lastNumber(line)
    await expect(attempt(line, scene)).rejects.toThrow(/AccessDenied|not authorized|Access Denied/)
    expectDenied(line, absent, since)
    const { status } = await stepReaches(line, id, 'Approve/Approve', () => true)
    expect(status).toBe('InProgress')

    await line.deploy()
    await attempt(line, scene)
    if (absent.access.step === 'Approve')
      expect((await stepReaches(line, id, 'Approve/Approve')).status).toBe('Succeeded')
  })
}
