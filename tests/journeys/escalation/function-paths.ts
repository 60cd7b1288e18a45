import * as lambda from '@aws-sdk/client-lambda'
import * as states from '@aws-sdk/client-sfn'
import { BYSTANDERS, code } from './bystanders.ts'
import { type Path, type Scene, STRANGE, sent, withRoles } from './path.ts'

const functions = ({ deploy }: Scene) => [deploy.function.name, BYSTANDERS.function]
const onFunctions = (make: (name: string, scene: Scene) => object) => (scene: Scene) =>
  functions(scene).map(name => [name, make(name, scene)] as const)

const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } })
const machines = ({ home, train }: Scene) => [train.stateMachine.arn, home.machineArn]
const nameOf = (arn: string) => arn.split(':').at(-1) ?? ''
const onMachines = (make: (arn: string, scene: Scene) => object) => (scene: Scene) =>
  machines(scene).map(arn => [nameOf(arn), make(arn, scene)] as const)

/** Ways to have a function or a state machine run as another role. */
export const functionPaths: readonly Path[] = [
  sent(
    'lambda',
    'a function with a role',
    'lambda-001',
    ['iam:PassRole', 'lambda:CreateFunction'],
    withRoles(
      ({ deploy }) => deploy.function.name,
      (FunctionName, Role) =>
        new lambda.CreateFunctionCommand({
          FunctionName,
          Role,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Code: { ZipFile: code },
        }),
    ),
  ),
  sent(
    'lambda',
    "a function's code",
    'lambda-003',
    ['lambda:UpdateFunctionCode'],
    onFunctions(FunctionName => new lambda.UpdateFunctionCodeCommand({ FunctionName, ZipFile: code })),
  ),
  sent(
    'lambda',
    "a function's environment",
    'lambda layers',
    ['lambda:UpdateFunctionConfiguration'],
    onFunctions(
      FunctionName =>
        new lambda.UpdateFunctionConfigurationCommand({
          FunctionName,
          Environment: { Variables: { NODE_OPTIONS: '--import=data:' } },
        }),
    ),
  ),
  sent('lambda', "a function's role", 'Rhino', ['iam:PassRole', 'lambda:UpdateFunctionConfiguration'], scene =>
    functions(scene).flatMap(FunctionName =>
      scene.roles.map(
        ({ arn: Role, label }) =>
          [
            `${label} for ${FunctionName}`,
            new lambda.UpdateFunctionConfigurationCommand({ FunctionName, Role }),
          ] as const,
      ),
    ),
  ),
  sent(
    'lambda',
    'a function called',
    'lambda-004',
    ['lambda:InvokeFunction'],
    onFunctions(FunctionName => new lambda.InvokeCommand({ FunctionName, Payload: Buffer.from('{}') })),
  ),
  sent(
    'lambda',
    'a function opened to others',
    'lambda-005',
    ['lambda:AddPermission'],
    onFunctions(
      (FunctionName, { actor }) =>
        new lambda.AddPermissionCommand({
          FunctionName,
          StatementId: STRANGE,
          Action: 'lambda:*',
          Principal: actor.account,
        }),
    ),
  ),
  sent('lambda', 'tags of a function', 'AWS', ['lambda:TagResource'], scene =>
    functions(scene).map(name => [
      name,
      new lambda.TagResourceCommand({
        Resource: `arn:aws:lambda:${scene.region}:${scene.account}:function:${name}`,
        Tags: { team: 'admin' },
      }),
    ]),
  ),
  sent(
    'lambda',
    'a function deleted',
    'the line',
    ['lambda:DeleteFunction'],
    onFunctions(FunctionName => new lambda.DeleteFunctionCommand({ FunctionName })),
  ),
  sent(
    'lambda',
    "a function's code read",
    'the line',
    ['lambda:GetFunction'],
    onFunctions(FunctionName => new lambda.GetFunctionCommand({ FunctionName })),
  ),
  sent(
    'states',
    'a state machine with a role',
    'PMapper',
    ['iam:PassRole', 'states:CreateStateMachine'],
    withRoles(
      ({ train }) => train.stateMachine.name,
      (name, roleArn) => new states.CreateStateMachineCommand({ name, roleArn, definition }),
    ),
  ),
  sent('states', "a state machine's role", 'PMapper', ['iam:PassRole', 'states:UpdateStateMachine'], scene =>
    machines(scene).flatMap(stateMachineArn =>
      scene.roles.map(
        ({ arn: roleArn, label }) =>
          [
            `${label} for ${nameOf(stateMachineArn)}`,
            new states.UpdateStateMachineCommand({ stateMachineArn, roleArn }),
          ] as const,
      ),
    ),
  ),
  sent(
    'states',
    "a state machine's definition",
    'PMapper',
    ['states:UpdateStateMachine'],
    onMachines(stateMachineArn => new states.UpdateStateMachineCommand({ stateMachineArn, definition })),
  ),
  sent(
    'states',
    'a state machine started',
    'PMapper',
    ['states:StartExecution'],
    onMachines(stateMachineArn => new states.StartExecutionCommand({ stateMachineArn, name: STRANGE })),
  ),
  sent(
    'states',
    'tags of a state machine',
    'AWS',
    ['states:TagResource'],
    onMachines(resourceArn => new states.TagResourceCommand({ resourceArn, tags: [{ key: 'team', value: 'admin' }] })),
  ),
  sent(
    'states',
    'a state machine deleted',
    'the line',
    ['states:DeleteStateMachine'],
    onMachines(stateMachineArn => new states.DeleteStateMachineCommand({ stateMachineArn })),
  ),
  sent('states', 'a state tried with a role', 'AWS', ['iam:PassRole', 'states:TestState'], scene =>
    scene.roles.map(({ arn: roleArn, label }) => [
      label,
      new states.TestStateCommand({ definition: '{"Type":"Pass","End":true}', roleArn }),
    ]),
  ),
]
