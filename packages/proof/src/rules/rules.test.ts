import { describe, expect, test } from 'vitest'
import { placeOf } from '../source/spot.ts'
import { NOT_KNOWN } from './not-known.fixture.ts'
import { RULES } from './rules.ts'
import { type Free, soundLine, variable, worldOf } from './sound-line.fixture.ts'
import { templateFindings } from './template-findings.ts'

type Line = ReturnType<typeof soundLine>

const stage = (line: Line, i: number): Free => line.shared.Resources.Pipeline.Properties.Stages[i].Actions
const store = (line: Line): Free => line.shared.Resources.Pipeline.Properties.ArtifactStore
const bucket = (line: Line): Free => line.shared.Resources.Bucket.Properties
const guard = (line: Line): Free => line.shared.Resources.BucketPolicy.Properties.PolicyDocument.Statement[0]
const train = (line: Line): Free => line.workflow.Resources.Machine.Properties.Definition.States.Train
const fn = (line: Line): Free => line.production.Resources.Deployer.Properties
const code = (line: Line, text: string) => {
  fn(line).Code.ZipFile = text
}
const SSE = 's3:x-amz-server-side-encryption'

/** What is changed in a sound line, and what is said then: its rule, with a word of the message or the place. */
const CASES: readonly (readonly [code: string, says: string, change: (line: Line) => void])[] = [
  ['nothing-starts-pipeline', 'does not poll', line => delete line.shared.Resources.Rule],
  [
    'nothing-starts-pipeline',
    'does not poll',
    line => {
      line.shared.Resources.Rule.Properties.State = 'DISABLED'
    },
  ],
  [
    'role-not-made',
    'arn:aws:iam::111111111111:role/pipeline is made, with the path / and not /service-role/',
    line => {
      line.shared.Resources.Pipeline.Properties.RoleArn = 'arn:aws:iam::111111111111:role/service-role/pipeline'
    },
  ],
  [
    'role-not-made',
    'the nearest is arn:aws:iam::222222222222:role/action',
    line => {
      stage(line, 1)[1].RoleArn = 'arn:aws:iam::222222222222:role/actoin'
    },
  ],
  [
    'role-not-made',
    'state Train names',
    line => {
      train(line).Parameters.RoleArn = 'arn:aws:iam::222222222222:role/somebody'
    },
  ],
  [
    'principal-not-made',
    'names the principal arn:aws:iam::222222222222:role/trainig',
    line => {
      line.shared.Resources.Key.Properties.KeyPolicy.Statement[1].Principal.AWS =
        'arn:aws:iam::222222222222:role/trainig'
    },
  ],
  [
    'pass-role-across-accounts',
    'hands CloudFormation arn:aws:iam::222222222222:role/cloudformation',
    line => delete stage(line, 1)[0].RoleArn,
  ],
  ['store-without-key', 'has no EncryptionKey', line => delete store(line).EncryptionKey],
  [
    'key-by-alias',
    'alias/line',
    line => {
      store(line).EncryptionKey.Id = 'alias/line'
    },
  ],
  [
    'artifact-between-accounts',
    'goes from account 222222222222 (Train/Deploy) to 333333333333 (Deploy/Deploy)',
    line => {
      stage(line, 1)[0].OutputArtifacts = [{ Name: 'Model' }]
      stage(line, 2)[0].InputArtifacts = [{ Name: 'Model' }]
    },
  ],
  [
    'configuration-too-long',
    'has 1018 characters',
    line => {
      stage(line, 2)[0].Configuration.UserParameters = `${'x'.repeat(1000)}#{train.Execution}`
    },
  ],
  [
    'machine-before-policy',
    'does not wait for Attached',
    line => {
      line.workflow.Resources.Attached = {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'p', Roles: ['workflow'], PolicyDocument: { Version: '2012-10-17', Statement: [] } },
      }
    },
  ],
  ['output-without-key', 'has no KmsKeyId', line => delete train(line).Parameters.OutputDataConfig.KmsKeyId],
  [
    'retried-training-job',
    'is retried',
    line => {
      train(line).Retry = [{ ErrorEquals: ['States.ALL'] }]
    },
  ],
  [
    'latest-image',
    'image:latest',
    line => {
      train(line).Parameters.AlgorithmSpecification.TrainingImage =
        `333333333333.dkr.ecr.${variable('Region')}.amazonaws.com/image:latest`
    },
  ],
  [
    'fixed-region',
    '.dkr.ecr.us-east-1.amazonaws.com',
    line => {
      train(line).Parameters.AlgorithmSpecification.TrainingImage =
        '333333333333.dkr.ecr.us-east-1.amazonaws.com/image:1'
    },
  ],
  [
    'model-not-handed-on',
    'name no variable of Train/Run',
    line => {
      stage(line, 2)[0].Configuration.UserParameters = 'reporter'
    },
  ],
  [
    'deploys-nothing',
    'calls neither CreateEndpoint nor UpdateEndpoint, and its role may call neither',
    line => code(line, fn(line).Code.ZipFile.replace('CreateEndpointCommand', 'DescribeEndpointCommand')),
  ],
  [
    'failure-not-reported',
    'never calls PutJobFailureResult',
    line => code(line, fn(line).Code.ZipFile.replace(', PutJobFailureResultCommand', '')),
  ],
  [
    'failure-not-reported',
    'reportFailure calls PutJobSuccessResult',
    line =>
      code(
        line,
        `${fn(line).Code.ZipFile}\nfunction reportFailure(id) {\n  client.send(new PutJobSuccessResultCommand({ jobId: id }))\n}`,
      ),
  ],
  ...[
    'console.log(event)',
    'console.log("got", JSON.stringify(event))',
    'print(event)',
    'logger.info("got %s", event)',
    'print(json.dumps(event))',
  ].map(
    call =>
      ['event-logged', 'logs the event', (line: Line) => code(line, `${fn(line).Code.ZipFile}\n${call}`)] as const,
  ),
  [
    'runtime-ended',
    'python3.6 ended on 2022-07-18',
    line => {
      fn(line).Runtime = 'python3.6'
    },
  ],
  [
    'any-key-accepted',
    'does not check which key',
    line => {
      guard(line).Condition = { Bool: { 'aws:SecureTransport': 'false' } }
    },
  ],
  [
    'any-key-accepted',
    'checks the algorithm of an upload and not its key',
    line => {
      guard(line).Condition = { Null: { [SSE]: 'false' }, StringNotEquals: { [SSE]: 'aws:kms' } }
    },
  ],
  ['default-encryption', 'encrypts by default with AES256', line => delete bucket(line).BucketEncryption],
  ['plain-upload-denied', `the header ${SSE}-aws-kms-key-id is missing`, line => delete guard(line).Condition.Null],
  [
    'plain-upload-denied',
    `the header ${SSE} is missing`,
    line =>
      line.shared.Resources.BucketPolicy.Properties.PolicyDocument.Statement.push({
        ...guard(line),
        Condition: { Null: { [SSE]: 'true' } },
      }),
  ],
  [
    'acl-refused',
    'has AccessControl PublicRead',
    line => {
      bucket(line).AccessControl = 'PublicRead'
    },
  ],
  [
    'whole-account',
    'the key policy lets the whole of account 222222222222 in',
    line => delete line.shared.Resources.Key.Properties.KeyPolicy.Statement[1].Condition,
  ],
  [
    'whole-account',
    'the trust policy lets the whole of account 111111111111 in',
    line => delete line.training.Resources.Action.Properties.AssumeRolePolicyDocument.Statement[0].Condition,
  ],
  [
    'public-access-not-blocked',
    'IgnorePublicAcls',
    line => delete bucket(line).PublicAccessBlockConfiguration.IgnorePublicAcls,
  ],
  [
    'public-acl',
    'AccessControl PublicRead',
    line => {
      line.training.Resources.Open = { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead' } }
    },
  ],
  ['bucket-not-versioned', 'is not versioned', line => delete bucket(line).VersioningConfiguration],
  [
    'key-not-rotated',
    'has no EnableKeyRotation',
    line => delete line.shared.Resources.Key.Properties.EnableKeyRotation,
  ],
  ...NOT_KNOWN,
]

test('of a sound line nothing is said', () => {
  const world = worldOf(soundLine())
  expect(world.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(templateFindings(world)).toEqual([])
})

describe('each rule, by one change of a sound line', () => {
  test.each(CASES)('%s: %s', (code, says, change) => {
    const line = soundLine()
    change(line)
    const said = templateFindings(worldOf(line)).filter(finding => finding.code === code)
    expect(said.map(({ message }) => message).join('\n')).toContain(says)
    for (const { cure, consequence, page, spot } of said) {
      expect([cure, consequence, page].every(text => text !== undefined && text !== '')).toBe(true)
      expect(placeOf(spot!).line).toBeGreaterThan(1)
    }
  })

  test('every rule has a case', () => {
    expect(RULES.map(({ code }) => code).filter(code => !CASES.some(([of]) => of === code))).toEqual([])
    expect(new Set(RULES.map(({ code }) => code)).size).toBe(RULES.length)
  })
})

describe('what looks alike and is right', () => {
  const quiet: readonly (readonly [code: string, why: string, change: (line: Line) => void])[] = [
    ['event-logged', 'a part of the event', line => code(line, `${fn(line).Code.ZipFile}\nprint(event['id'])`)],
    ['event-logged', 'a word that begins so', line => code(line, `${fn(line).Code.ZipFile}\nconsole.log(eventName)`)],
    [
      'machine-before-policy',
      'it waits for the policy',
      line => {
        line.workflow.Resources.Machine.DependsOn = ['Attached']
        line.workflow.Resources.Attached = {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'p', Roles: ['workflow'] },
        }
      },
    ],
    [
      'retried-training-job',
      'its name is its own',
      line => {
        train(line).Retry = [{ ErrorEquals: ['States.ALL'] }]
        train(line).Parameters['TrainingJobName.$'] = "States.Format('job-{}', States.UUID())"
      },
    ],
    [
      'role-not-made',
      'no template of that account makes roles',
      line => {
        line.training.Resources = { Topic: { Type: 'AWS::SNS::Topic' } }
      },
    ],
    [
      'store-without-key',
      'every action is in the account of the pipeline',
      line => {
        delete store(line).EncryptionKey
        for (const i of [1, 2]) for (const action of stage(line, i)) delete action.RoleArn
      },
    ],
    [
      'nothing-starts-pipeline',
      'it polls',
      line => {
        delete line.shared.Resources.Rule
        stage(line, 0)[0].Configuration.PollForSourceChanges = true
      },
    ],
    [
      'acl-refused',
      'the bucket takes ACLs',
      line => {
        bucket(line).AccessControl = 'Private'
        bucket(line).OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' }] }
      },
    ],
  ]
  test.each(quiet)('%s: %s', (code, _why, change) => {
    const line = soundLine()
    change(line)
    expect(templateFindings(worldOf(line)).filter(finding => finding.code === code)).toEqual([])
  })
})

test.each([
  ['nothing', {}],
  [
    'a pipeline that is a list',
    {
      shared: {
        Resources: {
          Pipeline: {
            Type: 'AWS::CodePipeline::Pipeline',
            Properties: {
              Stages: [[], null, 3, { Actions: 'x' }, { Actions: [null, 7, { Configuration: [] }] }],
              ArtifactStores: 'x',
              ArtifactStore: [],
            },
          },
        },
      },
    },
  ],
  [
    'properties that are names of objects',
    {
      shared: {
        Resources: {
          Fn: {
            Type: 'AWS::Lambda::Function',
            Properties: { Runtime: 'constructor', Code: { ZipFile: { a: 1 } }, Role: '__proto__' },
          },
          M: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: { DefinitionString: '{', DefinitionSubstitutions: [] },
          },
          N: {
            Type: 'AWS::StepFunctions::StateMachine',
            Properties: {
              Definition: { States: { A: { Type: 'Task', Resource: 'arn:aws:states:::constructor:toString' } } },
              RoleArn: 7,
            },
          },
        },
      },
    },
  ],
])('input from outside breaks nothing: %s', (_, line) => {
  expect(() => templateFindings(worldOf(line))).not.toThrow()
})
