import { accountOfArn } from '@tripoint/pipeline'
import { list, text } from '../infer/field.ts'
import { type Line, machineRun } from '../infer/line.ts'
import { tasksOf } from '../infer/machine-need.ts'
import { type Action, type Pipeline, setting } from '../infer/pipeline.ts'
import { integrationOf } from '../infer/task.ts'
import { below } from '../source/spot.ts'
import { member } from '../template/value.ts'
import type { Rule, Said } from './rule.ts'

const GUIDE = 'https://docs.aws.amazon.com/codepipeline/latest/userguide'
const CROSS = `${GUIDE}/pipelines-create-cross-account.html`

const actions = ({ pipelines }: Line): { readonly pipeline: Pipeline; readonly action: Action }[] =>
  pipelines.flatMap(pipeline => pipeline.actions.map(action => ({ pipeline, action })))

/** What an action says of its changes, by provider: these are polled unless they say no. */
const POLLED: Readonly<Record<string, string>> = { CodeCommit: 'PollForSourceChanges', S3: 'PollForSourceChanges' }

export const nothingStarts: Rule = {
  code: 'nothing-starts-pipeline',
  severity: 'error',
  about: 'a source is not polled, and no rule starts the pipeline',
  covers: ['D9'],
  page: `${GUIDE}/triggering.html`,
  find: line =>
    actions(line)
      .filter(({ action }) => action.category === 'Source' && Object.hasOwn(POLLED, action.provider))
      .filter(({ action }) => isOff(action.configuration[POLLED[action.provider]!]) && !hasRule(line, action))
      .map(({ pipeline, action }) => ({
        message: `${action.step} does not poll for changes, and no AWS::Events::Rule starts ${pipeline.name}`,
        consequence: `a ${action.provider === 'S3' ? 'new object' : 'commit'} never starts the pipeline`,
        cure: `add a rule on ${action.provider === 'S3' ? 'Object Created of the bucket' : 'CodeCommit Repository State Change of the repository'}, whose target is ${pipeline.arn}, with a role that may call codepipeline:StartPipelineExecution`,
        spot: below(action.settings, POLLED[action.provider]!),
      })),
}

const isOff = (value: unknown): boolean => value === false || value === 'false'

const hasRule = ({ world, pipelines }: Line, action: Action): boolean => {
  const own = pipelines.find(pipeline => pipeline.actions.includes(action))
  return world.resources.some(
    resource =>
      resource.type === 'AWS::Events::Rule' &&
      text(resource.properties.State) !== 'DISABLED' &&
      list(resource.properties.Targets).some(target => member(target, 'Arn') === own?.arn),
  )
}

export const passRoleAcross: Rule = {
  code: 'pass-role-across-accounts',
  severity: 'error',
  about: 'an action hands CloudFormation a role of another account than its own',
  covers: ['F1'],
  page: 'https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html',
  find: line =>
    actions(line).flatMap(({ pipeline, action }) => {
      const handed = setting(action, 'RoleArn')
      if (action.provider !== 'CloudFormation' || handed === undefined) return []
      const account = accountOfArn(handed)
      const working = accountOfArn(action.role ?? pipeline.role)
      if (account === '' || working === '' || account === working) return []
      return [
        {
          message: `${action.step} works as ${action.role ?? pipeline.role} and hands CloudFormation ${handed}`,
          consequence: 'CloudFormation answers “Cross-account pass role is not allowed”; no policy can allow it',
          cure: `give the action a RoleArn of account ${account} too`,
          spot: below(action.settings, 'RoleArn'),
        },
      ]
    }),
}

export const storeWithoutKey: Rule = {
  code: 'store-without-key',
  severity: 'error',
  about: 'a pipeline has actions in other accounts and an artifact store without a key of its own',
  covers: ['F8', 'F9'],
  page: CROSS,
  find: line =>
    line.pipelines.flatMap(pipeline => {
      const away = pipeline.actions.filter(action => action.account !== pipeline.account)
      return away.length === 0
        ? []
        : pipeline.stores
            .filter(store => store.key === undefined)
            .map(store => ({
              message: `${pipeline.name} has no EncryptionKey, and ${away.map(({ step }) => step).join(', ')} ${away.length === 1 ? 'is' : 'are'} in another account`,
              consequence:
                'artifacts lie under the aws/s3 key of their writer, which no other account can use: its actions fail with Access Denied',
              cure: 'make a customer managed key, and name it by its ARN: ArtifactStore.EncryptionKey',
              spot: store.spot,
            }))
    }),
}

export const keyByAlias: Rule = {
  code: 'key-by-alias',
  severity: 'error',
  about: 'a key that other accounts use is named by alias or id',
  covers: ['F10'],
  page: 'https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_EncryptionKey.html',
  find: line =>
    line.pipelines.flatMap(pipeline =>
      pipeline.stores.flatMap((store): Said[] => {
        const { key } = store
        const unknown = key === undefined || /^<[^<>]+>$/.test(key)
        if (unknown || (key.startsWith('arn:') && !key.includes(':alias/'))) return []
        if (pipeline.actions.every(action => action.account === pipeline.account)) return []
        return [
          {
            message: `the artifact store names its key ${key}`,
            consequence:
              'an alias or an id means a key of the account that asks: actions in other accounts look for it there, and fail',
            cure: 'name the key by its ARN, arn:aws:kms:REGION:ACCOUNT:key/ID',
            spot: store.spot,
          },
        ]
      }),
    ),
}

export const artifactAcross: Rule = {
  code: 'artifact-between-accounts',
  severity: 'error',
  about: "an artifact goes from one account to another, and neither is the pipeline's",
  covers: ['D15'],
  page: CROSS,
  find: line =>
    line.pipelines.flatMap(pipeline => {
      const from = new Map(pipeline.actions.flatMap(action => action.outputs.map(name => [name, action] as const)))
      return pipeline.actions.flatMap(action =>
        action.inputs.flatMap(name => {
          const maker = from.get(name)
          if (maker === undefined || [maker.account, action.account].includes(pipeline.account)) return []
          if (maker.account === action.account) return []
          return [
            {
              message: `${name} goes from account ${maker.account} (${maker.step}) to ${action.account} (${action.step})`,
              consequence:
                'CodePipeline refuses it: an artifact passes between accounts only when one of them has the pipeline',
              cure: 'hand on a variable of the action instead, or put an action of the pipeline’s account in between',
              spot: action.spot,
            },
          ]
        }),
      )
    }),
}

const LONGEST = 1_000

export const longConfiguration: Rule = {
  code: 'configuration-too-long',
  severity: 'error',
  about: 'a value of an action’s configuration is longer than CodePipeline takes',
  covers: [],
  page: `${GUIDE}/limits.html`,
  find: line =>
    actions(line).flatMap(({ action }) =>
      Object.entries(action.configuration).flatMap(([name, value]) =>
        typeof value === 'string' && value.length > LONGEST
          ? [
              {
                message: `${name} of ${action.step} has ${value.length} characters`,
                consequence: `CodePipeline refuses the pipeline: a value may have ${LONGEST}`,
                cure: 'shorten it, or put it into a file of the source',
                spot: below(action.settings, name),
              },
            ]
          : [],
      ),
    ),
}

export const modelNotHandedOn: Rule = {
  code: 'model-not-handed-on',
  severity: 'error',
  about: 'the function that deploys is not told which model was trained',
  covers: ['D15'],
  page: `${GUIDE}/reference-variables.html`,
  find: line =>
    line.pipelines.flatMap(pipeline => {
      const runs = pipeline.actions.filter(action => {
        const machine = machineRun(action, pipeline, line)
        return machine && tasksOf(machine, line).some(trainsModel)
      })
      const run = runs.at(-1)
      if (run === undefined) return []
      return pipeline.actions
        .slice(pipeline.actions.indexOf(run) + 1)
        .filter(action => action.provider === 'Lambda' && action.account !== run.account && action.inputs.length === 0)
        .filter(
          action =>
            !runs.some(({ namespace }) => namespace && setting(action, 'UserParameters')?.includes(`#{${namespace}.`)),
        )
        .map(action => ({
          message: `UserParameters of ${action.step} name no variable of ${run.step}${run.namespace === undefined ? ', which has no Namespace' : ''}`,
          consequence:
            'the function cannot know which execution trained the model, nor where the model is: it can deploy a fixed one or none',
          cure: `give ${run.step} a Namespace, for example train, name the training job after the execution, and put #{train.ExecutionArn} into UserParameters`,
          spot: below(action.settings, 'UserParameters'),
        }))
    }),
}

const trainsModel = ({ state }: { readonly state: { readonly resource?: string } }): boolean =>
  integrationOf(state.resource ?? '')?.call === 'sagemaker:createTrainingJob'
