import { join } from 'node:path'
import { expect, test } from 'vitest'
import { check } from './check.ts'
import { placedInputs } from './infer/deployed.ts'
import { textReport } from './report/text/text-report.ts'
import { readInputs } from './world/inputs.ts'
import { readWorld } from './world/read-world.ts'

// What somebody reads who checks the published sample: short, and with each of its defects.

const folder = join(import.meta.dirname, '../fixtures/published')
const { inputs, findings } = readInputs([folder], {
  nameOf: path => `packages/proof/fixtures/published${path.slice(path.lastIndexOf('/'))}`,
})
const report = check(readWorld(placedInputs(inputs)), { name: 'published', findings, now: () => 0 })
const read = (long: boolean) => textReport(report, { paint: (_format, words) => words, long, width: 80 })
const text = read(false)
/** As one reads on over the ends of lines. */
const words = text.replace(/\s+/g, ' ')

const SHOWN: Readonly<Record<string, readonly RegExp[]>> = {
  D1: [/calls neither CreateEndpoint nor UpdateEndpoint, and its role may call neither \(deploys-nothing\)/],
  D2: [/put_job_failure calls PutJobSuccessResult/],
  D3: [/logs the event that CodePipeline sends it \(event-logged\) so: the event holds artifactCredentials/],
  D4: [/Runtime: python3\.6 ended/],
  D5: [/has no KmsKeyId \(output-without-key\) so: SageMaker encrypts .* no other account can ever read it/],
  D6: [
    /denied: b-cfn-blog-CloudFormationRoleB [^()]*ecr:BatchGetImage[^()]*logs:PutLogEvents[^()]*cloudwatch:PutMetricData/,
    /denied: b-cfn-blog-StepFunctionExecutionRole sagemaker:AddTags/,
  ],
  D7: [
    /b-cfn-blog\.yml:51, :94, c-cfn-blog\.yml:49 kms:ReEncrypt is not an action/,
    /codecommit:ListBranches is an action of codecommit, and the statement names s3:/,
  ],
  D8: [/c-cfn-blog\.yml:56 account 557045202904/],
  D9: [/no AWS::Events::Rule starts ml-pipeline/],
  D10: [/checks the algorithm of an upload and not its key/, /encrypts by default with AES256/, /plain-upload-denied/],
  D11: [
    /the key policy lets the whole of accounts b-cfn-blog and c-cfn-blog in/,
    /the policy lets the whole of accounts b-cfn-blog and c-cfn-blog in: s3:/,
    /the trust policy lets the whole of accounts b-cfn-blog and c-cfn-blog in: a-cfn-blog-CodePipelineServiceRole/,
  ],
  D12: [
    /✗ c-cfn-blog-CrossAccountRoleC [^✗]*► a-cfn-blog-CodePipelineServiceRole ──assume role──► b-cfn-blog-CrossAccountRoleB ──pass role to cloudformation──► b-cfn-blog-CloudFormationRoleB/,
  ],
  D13: [
    /names service-role\/a-cfn-blog-CodePipelineServiceRole, which no template makes/,
    /xgboost:latest/,
    /fixed-region/,
  ],
  D15: [/UserParameters of Deploy\/deploy-model name no variable .* \(model-not-handed-on\)/],
}

test.each(Object.entries(SHOWN).flatMap(([defect, all]) => all.map(each => [defect, each] as const)))(
  'a reader sees %s: %s',
  (_defect, shown) => expect(words).toMatch(shown),
)

test('it is read in one go', () => {
  expect(text.split('\n').length).toBeLessThanOrEqual(250)
  expect(text).toMatch(/^✗ published: \d+ errors, \d+ warnings, \d+ notes\n {2}needed \d+ of 65 · denied 1 of 6 · /)
})

test('no line only says again what the one before says', () => {
  const lines = text.split('\n').map(line => line.trim())
  expect(lines.filter((line, at) => line !== '' && line === lines[at - 1])).toEqual([])
})

test('what is not shown is counted, and all of it is there at length', () => {
  const left = [...text.matchAll(/… and (\d+) more, with --long/g)].map(([, number]) => Number(number))
  expect(left.length).toBeGreaterThan(1)
  const whole = read(true)
  expect(whole.split('\n').length).toBeGreaterThan(2_000)
  for (const { why } of report.excess) expect(whole.replace(/\s+/g, ' ')).toContain(why.replace(/\s+/g, ' '))
})
