import { accessList } from '@tripoint/pipeline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import definition from '../../examples/churn/tripoint.config.ts'
import { absents } from './absence/absent.ts'
import { type SavedLines, savedLines } from './absence/saved-lines.ts'
import { keepsItsWord } from './absence/words.ts'

/** One on each hop, for each side, and of each word that an absence may say. */
const SAMPLE = [
  'trigger/trigger-role/codepipeline:StartPipelineExecution/pipeline (identity)',
  'trigger/events/sts:AssumeRole/trigger-role (trust)',
  'source/pipeline-role/codecommit:GetCommit/repository (identity)',
  'source/pipeline-role/kms:GenerateDataKey/key, only its key side',
  'train/stack-action-role/s3:GetObject/artifacts, only its resource side',
  'train/cloudformation-role/iam:PassRole/workflow-role (pass-role)',
  'train/pipeline-role/sts:AssumeRole/run-action-role, only its trust side',
  'train/training-role/kms:Decrypt/key, only its identity side',
  'train/training-role/logs:PutLogEvents/log-streams (identity)',
  'approvers/user/approver/codepipeline:PutApprovalResult/approve (identity)',
  'deploy/hosting-role/s3:GetObject/models, only its resource side',
  'deploy/deployer-role/sts:AssumeRole/reporter-role, only its trust side',
  'deploy/deployer-role/sagemaker:UpdateEndpoint/endpoint (identity)',
]

const deep = process.env.TRIPOINT_DEEP === '1'
/** A part of a name, to look at one or a few. */
const wanted = process.env.TRIPOINT_ABSENT
const all = absents(accessList(definition))
const chosen = all.filter(({ name }) => (wanted === undefined ? deep || SAMPLE.includes(name) : name.includes(wanted)))

describe('taking away one entry of the access list does what the entry says', () => {
  let saved: SavedLines
  beforeAll(async () => {
    saved = await savedLines()
  }, 60_000)
  afterAll(() => {
    saved?.remove()
    if (deep) console.log(`${chosen.length} absences of ${all.length}, of ${accessList(definition).length} entries`)
  })

  test('the sample is of the list', () => {
    expect(SAMPLE.filter(name => !all.some(absent => absent.name === name))).toEqual([])
  })

  for (const absent of chosen) test(absent.name, () => keepsItsWord({ saved, absent }), 120_000)
})
