import type { Fn } from '../infer/function.ts'
import { invokedBy } from '../infer/function.ts'
import type { Line } from '../infer/line.ts'
import type { Action, Pipeline } from '../infer/pipeline.ts'
import { allowedOn } from '../infer/principal.ts'
import { integrationOf } from '../infer/task.ts'
import { below } from '../source/spot.ts'
import { entryOf } from '../template/value.ts'
import type { Rule } from './rule.ts'

interface Invoked {
  readonly fn: Fn
  readonly action: Action
  readonly pipeline: Pipeline
}

/** Functions that a pipeline invokes. */
const invoked = ({ pipelines, functions }: Line): Invoked[] =>
  pipelines.flatMap(pipeline =>
    pipeline.actions.flatMap(action => {
      const fn = invokedBy(action, functions)
      return fn ? [{ fn, action, pipeline }] : []
    }),
  )

const trains = ({ machines }: Line): boolean =>
  machines.some(machine =>
    machine.states.some(({ resource }) =>
      /:createTrainingJob/.test(integrationOf(resource ?? '') ? (resource ?? '') : ''),
    ),
  )

const codeSpot = (fn: Fn) => below(fn.spot, 'Code', 'ZipFile')

const DEPLOYS = ['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint']
const REPORTS = ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult']
const INVOKE = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html'

export const idleDeployer: Rule = {
  code: 'deploys-nothing',
  severity: 'error',
  about: 'the last function that a training pipeline invokes makes no endpoint',
  covers: ['D1'],
  page: 'https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-deploy-models.html',
  find: line =>
    trains(line)
      ? invoked(line)
          .filter(({ action, pipeline }) => pipeline.actions.at(-1) === action)
          .filter(({ fn }) => fn.code !== undefined && !DEPLOYS.some(call => fn.calls.has(call)))
          .map(({ fn, pipeline }) => ({
            message: `the function ${fn.name}, with which pipeline ${pipeline.name} ends, calls neither CreateEndpoint nor UpdateEndpoint${
              DEPLOYS.some(call => allowedOn(line.world, fn.role, call).length > 0)
                ? ''
                : ', and its role may call neither'
            }`,
            consequence:
              'the function that the pipeline invokes deploys nothing: a model is trained and approved, and no endpoint serves it',
            cure: 'create a model and an endpoint configuration, then create or update the endpoint, and give the role these actions and a hosting role to pass',
            spot: codeSpot(fn),
          }))
      : [],
}

export const failureNotReported: Rule = {
  code: 'failure-not-reported',
  severity: 'error',
  about: 'a function that a pipeline invokes never reports a failure, or reports success where it means one',
  covers: ['D2', 'F16'],
  page: INVOKE,
  find: line =>
    invoked(line).flatMap(({ fn, action }) => {
      if (fn.code === undefined) return []
      const [success, failure] = REPORTS.map(call => fn.calls.has(call))
      const wrong = wronglyNamed(fn.code)
      if (failure && wrong === undefined) return []
      const what =
        wrong !== undefined
          ? `${wrong} calls PutJobSuccessResult`
          : success
            ? `${fn.name} never calls PutJobFailureResult`
            : `${fn.name} calls neither PutJobSuccessResult nor PutJobFailureResult`
      return [
        {
          message: `${what}, though the action ${action.step} waits for its report`,
          consequence: success
            ? 'an exception leaves the action hanging until its time-out, or passes for a success'
            : 'the action hangs until its time-out, whatever the function does',
          cure: 'catch everything, and report it with PutJobFailureResult',
          spot: codeSpot(fn),
        },
      ]
    }),
}

/** A function whose name says failure and whose body reports success; bodies are told apart by their indentation. */
function wronglyNamed(code: string): string | undefined {
  let within: string | undefined
  for (const line of code.split('\n', 5000)) {
    const [, python, plain, assigned] =
      /^\s{0,40}(?:async )?(?:def (\w{1,80})\(|function (\w{1,80})\(|(?:const|let|exports\.) ?(\w{1,80}) = )/.exec(
        line,
      ) ?? []
    const name = python ?? plain ?? assigned
    if (name !== undefined) within = name
    if (within !== undefined && /fail/i.test(within) && /put_?job_?success_?result/i.test(line)) return within
  }
  return undefined
}

export const loggedEvent: Rule = {
  code: 'event-logged',
  severity: 'error',
  about: 'a function that a pipeline invokes writes the whole event to its log',
  covers: ['D3'],
  page: INVOKE,
  find: line =>
    invoked(line)
      .filter(({ fn }) => fn.code?.split('\n', 5000).some(logsEvent) ?? false)
      .map(({ fn }) => ({
        message: `${fn.name} logs the event that CodePipeline sends it`,
        consequence:
          'the event holds artifactCredentials: whoever reads the log can read and write artifacts as the role of the action while they last',
        cure: "log the job's id and nothing else of the event",
        spot: codeSpot(fn),
      })),
}

/** Only the event as a whole: a part of it may well be harmless. */
const logsEvent = (line: string): boolean =>
  /\b(print|console\.(log|info|debug|warn|error)|log(ger|ging)?\.(info|debug|warning|error))\s{0,5}\((?:[^()]{0,200}[\s,(+]|)(?:json\.dumps\(|JSON\.stringify\(|str\(|repr\()?\s{0,5}event\s{0,5}[),]/.test(
    line.slice(0, 1000),
  )

/**
 * The day on which Lambda gave up each runtime; the oldest can be neither created nor updated any more.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
 */
const ENDED: Readonly<Record<string, string>> = {
  'dotnet5.0': '2022-05-10',
  dotnet6: '2024-12-20',
  dotnet7: '2024-05-14',
  'dotnetcore1.0': '2019-06-27',
  'dotnetcore2.0': '2019-05-30',
  'dotnetcore2.1': '2022-01-05',
  'dotnetcore3.1': '2023-04-03',
  'go1.x': '2024-01-08',
  java8: '2024-01-08',
  nodejs: '2016-10-31',
  'nodejs4.3': '2020-03-05',
  'nodejs6.10': '2019-08-12',
  'nodejs8.10': '2020-03-06',
  'nodejs10.x': '2021-07-30',
  'nodejs12.x': '2023-03-31',
  'nodejs14.x': '2023-12-04',
  'nodejs16.x': '2024-06-12',
  'nodejs18.x': '2025-09-01',
  provided: '2024-01-08',
  'python2.7': '2021-07-15',
  'python3.6': '2022-07-18',
  'python3.7': '2023-12-04',
  'python3.8': '2024-10-14',
  'python3.9': '2025-12-15',
  'ruby2.5': '2021-07-30',
  'ruby2.7': '2023-12-07',
}

export const endedRuntime: Rule = {
  code: 'runtime-ended',
  severity: 'error',
  about: 'a function has a runtime that Lambda no longer supports',
  covers: ['D4'],
  page: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html',
  find: ({ functions }) =>
    functions.flatMap(fn => {
      const day = entryOf(ENDED, fn.runtime)
      if (day === undefined) return []
      return [
        {
          message: `Runtime: ${fn.runtime} ended on ${day}`,
          consequence:
            'a runtime is blocked some time after its end, and CloudFormation then fails: “The runtime parameter is no longer supported for creating or updating AWS Lambda functions”',
          cure: `use a runtime that is supported, for example ${fn.runtime.startsWith('python') ? 'python3.13' : 'nodejs24.x'}`,
          spot: below(fn.spot, 'Runtime'),
        },
      ]
    }),
}
