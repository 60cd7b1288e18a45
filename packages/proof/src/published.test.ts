import { join } from 'node:path'
import { expect, test } from 'vitest'
import { check } from './check.ts'
import { placedInputs } from './infer/deployed.ts'
import type { Report } from './report/report.ts'
import { readInputs } from './world/inputs.ts'
import { readWorld } from './world/read-world.ts'

const { inputs, findings } = readInputs([join(import.meta.dirname, '../fixtures/published')], {
  nameOf: path => path.slice(path.lastIndexOf('/') + 1),
})
const report = check(readWorld(placedInputs(inputs)), { name: 'published', findings, now: () => 0 })

const B = 'arn:aws:iam::222222222222:role/b-cfn-blog-'

/** A finding of the code, in the file, whose message says the words. */
const found =
  (code: string, file: string, ...words: readonly string[]) =>
  ({ findings }: Report) =>
    findings.some(
      each => each.code === code && each.place?.file === file && words.every(word => each.message.includes(word)),
    )

/** A need of the role that is not allowed. */
const denied = (role: string, action: string) => (of: Report) =>
  of.needed.some(
    ({ access, verdict }) =>
      verdict === 'denied' &&
      access.principal.kind === 'role' &&
      access.principal.arn === role &&
      access.action === action,
  )

/** How each defect of the sample is reported: all of these, each by its file. */
const DEFECTS: Readonly<Record<string, readonly (readonly [what: string, (report: Report) => boolean])[]>> = {
  D1: [['the function deploys nothing', found('deploys-nothing', 'c-cfn-blog.yml', 'its role may call neither')]],
  D2: [
    [
      'a failure is reported as a success',
      found('failure-not-reported', 'c-cfn-blog.yml', 'put_job_failure calls PutJobSuccessResult'),
    ],
  ],
  D3: [['the event is logged', found('event-logged', 'c-cfn-blog.yml')]],
  D4: [['the runtime has ended', found('runtime-ended', 'c-cfn-blog.yml', 'python3.6')]],
  D5: [['the model is written without the key', found('output-without-key', 'sf-sm-train-demo.json')]],
  D6: [
    ['the training role cannot write logs', denied(`${B}CloudFormationRoleB`, 'logs:PutLogEvents')],
    ['nor metrics', denied(`${B}CloudFormationRoleB`, 'cloudwatch:PutMetricData')],
    ['nor pull the image', denied(`${B}CloudFormationRoleB`, 'ecr:BatchGetImage')],
    ['the state machine cannot tag the job', denied(`${B}StepFunctionExecutionRole`, 'sagemaker:AddTags')],
  ],
  D7: [
    ['no such action, in B', found('unknown-action', 'b-cfn-blog.yml', 'kms:ReEncrypt')],
    ['no such action, in C', found('unknown-action', 'c-cfn-blog.yml', 'kms:ReEncrypt')],
    ['a repository’s action on a bucket', found('wrong-service', 'b-cfn-blog.yml', 'codecommit:ListBranches')],
  ],
  D8: [["somebody's account", found('stray-account', 'c-cfn-blog.yml', '557045202904')]],
  D9: [['nothing starts the pipeline', found('nothing-starts-pipeline', 'codepipeline_definition.json')]],
  D10: [
    ['any key will do', found('any-key-accepted', 'a-cfn-blog.yml', 'not its key')],
    ['the default is AES256', found('default-encryption', 'a-cfn-blog.yml', 'AES256')],
    ['a plain upload is refused', found('plain-upload-denied', 'a-cfn-blog.yml')],
  ],
  D11: [
    ['the key', found('whole-account', 'a-cfn-blog.yml', 'key policy', '222222222222 and 333333333333')],
    ['the bucket', found('whole-account', 'a-cfn-blog.yml', 'the policy lets', '222222222222 and 333333333333')],
    ['the pipeline’s role', found('whole-account', 'a-cfn-blog.yml', 'trust policy', 'CodePipelineServiceRole')],
  ],
  D12: [
    [
      'production becomes the pipeline, and through it training',
      ({ paths }) =>
        paths.some(
          ({ from, to, steps }) =>
            from.endsWith(':role/c-cfn-blog-CrossAccountRoleC') &&
            to === `${B}CrossAccountRoleB` &&
            steps.some(step => step.to.endsWith(':role/a-cfn-blog-CodePipelineServiceRole')),
        ),
    ],
  ],
  D13: [
    ['another path', found('role-not-made', 'codepipeline_definition.json', 'with the path / and not /service-role/')],
    ['the latest image', found('latest-image', 'sf-sm-train-demo.json', 'xgboost:latest')],
    ['a fixed region and account', found('fixed-region', 'sf-sm-train-demo.json', 'us-east-1')],
  ],
  D15: [['no word of the model', found('model-not-handed-on', 'codepipeline_definition.json')]],
}

/** What templates cannot show, and why. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  D14: 'the walk-through in the README contradicts the templates; nothing reads prose',
  'D13, "version": 18': 'create-pipeline ignores the number; it breaks nothing',
  'D13, data/train.csv and the folder "Data"': 'where people upload to is said in the README alone',
}

test.each(
  Object.entries(DEFECTS).flatMap(([defect, all]) => all.map(([what, shows]) => [defect, what, shows] as const)),
)('%s is reported: %s', (_defect, _what, shows) => {
  expect(shows(report)).toBe(true)
})

test('every defect is reported, or it is said why not', () => {
  const all = Array.from({ length: 15 }, (_, i) => `D${i + 1}`)
  expect(all.filter(defect => !(defect in DEFECTS) && !(defect in NOT_SHOWN))).toEqual([])
})

test('each error says what follows and how to cure it', () => {
  const errors = report.findings.filter(({ severity }) => severity === 'error')
  expect(errors.filter(({ consequence, cure }) => !consequence || !cure).map(({ code }) => code)).toEqual([])
})
