import * as codecommit from '@aws-sdk/client-codecommit'
import * as codepipeline from '@aws-sdk/client-codepipeline'
import { type Path, repositoryOf, type Scene, STRANGE, sent } from './path.ts'

const onRepository = (make: (repositoryName: string, scene: Scene) => object) => (scene: Scene) => [
  ['the repository', make(repositoryOf(scene), scene)] as const,
]
const onPipeline = (make: (name: string, scene: Scene) => object) => (scene: Scene) => [
  ['the pipeline', make(scene.names.pipeline, scene)] as const,
]

const stage = { stageName: 'Approve' }

function pipelineOf(scene: Scene, roleArn: string) {
  const { bucket: location, pipeline: name } = scene.names
  const action = (category: 'Source' | 'Approval', provider: string, configuration: Record<string, string>) => ({
    name: provider,
    actionTypeId: { category, owner: 'AWS' as const, provider, version: '1' },
    configuration,
    ...(category === 'Source' ? { outputArtifacts: [{ name: 'source' }] } : {}),
  })
  const stages = [
    {
      name: 'One',
      actions: [action('Source', 'CodeCommit', { RepositoryName: repositoryOf(scene), BranchName: 'main' })],
    },
    { name: 'Two', actions: [action('Approval', 'Manual', {})] },
  ]
  return { name, roleArn, artifactStore: { type: 'S3' as const, location }, stages }
}

/** Ways at the repository and the pipeline. */
export const deliveryPaths: readonly Path[] = [
  sent(
    'codecommit',
    'a commit',
    'the line',
    ['codecommit:CreateCommit'],
    onRepository(
      (repositoryName, { commit }) =>
        new codecommit.CreateCommitCommand({
          repositoryName,
          branchName: 'main',
          parentCommitId: commit,
          putFiles: [{ filePath: STRANGE, fileContent: Buffer.from('x') }],
        }),
    ),
  ),
  sent(
    'codecommit',
    'a file put',
    'the line',
    ['codecommit:PutFile'],
    onRepository(
      (repositoryName, { commit }) =>
        new codecommit.PutFileCommand({
          repositoryName,
          branchName: 'main',
          parentCommitId: commit,
          filePath: STRANGE,
          fileContent: Buffer.from('x'),
        }),
    ),
  ),
  sent(
    'codecommit',
    'a branch',
    'the line',
    ['codecommit:CreateBranch'],
    onRepository(
      (repositoryName, { commit }) =>
        new codecommit.CreateBranchCommand({ repositoryName, branchName: STRANGE, commitId: commit }),
    ),
  ),
  sent(
    'codecommit',
    'a branch deleted',
    'the line',
    ['codecommit:DeleteBranch'],
    onRepository(repositoryName => new codecommit.DeleteBranchCommand({ repositoryName, branchName: 'main' })),
  ),
  sent(
    'codecommit',
    'the default branch',
    'AWS',
    ['codecommit:UpdateDefaultBranch'],
    onRepository(
      repositoryName => new codecommit.UpdateDefaultBranchCommand({ repositoryName, defaultBranchName: STRANGE }),
    ),
  ),
  sent(
    'codecommit',
    'the repository deleted',
    'the line',
    ['codecommit:DeleteRepository'],
    onRepository(repositoryName => new codecommit.DeleteRepositoryCommand({ repositoryName })),
  ),
  sent('codepipeline', 'the pipeline changed', 'PMapper', ['iam:PassRole', 'codepipeline:UpdatePipeline'], scene =>
    scene.roles.map(({ arn, label }) => [
      label,
      new codepipeline.UpdatePipelineCommand({ pipeline: pipelineOf(scene, arn) }),
    ]),
  ),
  sent('codepipeline', 'a pipeline with a role', 'PMapper', ['iam:PassRole', 'codepipeline:CreatePipeline'], scene =>
    scene.roles.map(({ arn, label }) => [
      label,
      new codepipeline.CreatePipelineCommand({ pipeline: { ...pipelineOf(scene, arn), name: STRANGE } }),
    ]),
  ),
  sent(
    'codepipeline',
    'the pipeline started',
    'the line',
    ['codepipeline:StartPipelineExecution'],
    onPipeline(name => new codepipeline.StartPipelineExecutionCommand({ name })),
  ),
  sent(
    'codepipeline',
    'the pipeline stopped',
    'the line',
    ['codepipeline:StopPipelineExecution'],
    onPipeline(
      (pipelineName, { execution }) =>
        new codepipeline.StopPipelineExecutionCommand({ pipelineName, pipelineExecutionId: execution }),
    ),
  ),
  sent(
    'codepipeline',
    'a stage retried',
    'the line',
    ['codepipeline:RetryStageExecution'],
    onPipeline(
      (pipelineName, { execution }) =>
        new codepipeline.RetryStageExecutionCommand({
          pipelineName,
          ...stage,
          pipelineExecutionId: execution,
          retryMode: 'FAILED_ACTIONS',
        }),
    ),
  ),
  sent(
    'codepipeline',
    'a stage closed',
    'the line',
    ['codepipeline:DisableStageTransition'],
    onPipeline(
      pipelineName =>
        new codepipeline.DisableStageTransitionCommand({
          pipelineName,
          ...stage,
          transitionType: 'Inbound',
          reason: 'x',
        }),
    ),
  ),
  sent(
    'codepipeline',
    'a stage opened',
    'the line',
    ['codepipeline:EnableStageTransition'],
    onPipeline(
      pipelineName =>
        new codepipeline.EnableStageTransitionCommand({ pipelineName, ...stage, transitionType: 'Inbound' }),
    ),
  ),
  sent(
    'codepipeline',
    'the pipeline deleted',
    'the line',
    ['codepipeline:DeletePipeline'],
    onPipeline(name => new codepipeline.DeletePipelineCommand({ name })),
  ),
  sent(
    'codepipeline',
    'an approval by one who is no approver',
    'the line',
    ['codepipeline:PutApprovalResult'],
    onPipeline(
      pipelineName =>
        new codepipeline.PutApprovalResultCommand({
          pipelineName,
          ...stage,
          actionName: 'Approve',
          token: '00000000-0000-4000-8000-000000000000',
          result: { status: 'Approved', summary: 'x' },
        }),
    ),
  ),
  sent('codepipeline', "success of another's job", 'the line', ['codepipeline:PutJobSuccessResult'], () => [
    ['a job', new codepipeline.PutJobSuccessResultCommand({ jobId: '00000000-0000-4000-8000-000000000000' })],
  ]),
  sent('codepipeline', "failure of another's job", 'the line', ['codepipeline:PutJobFailureResult'], () => [
    [
      'a job',
      new codepipeline.PutJobFailureResultCommand({
        jobId: '00000000-0000-4000-8000-000000000000',
        failureDetails: { type: 'JobFailed', message: 'x' },
      }),
    ],
  ]),
  sent('codepipeline', "another's job read", 'the line', ['codepipeline:GetJobDetails'], () => [
    ['a job', new codepipeline.GetJobDetailsCommand({ jobId: '00000000-0000-4000-8000-000000000000' })],
  ]),
]
