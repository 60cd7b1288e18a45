/** Calls that a deployer may make: the service whose client it needs, and the API's name, which is the IAM action's too. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  sagemaker: [
    'AddTags',
    'CreateEndpoint',
    'CreateEndpointConfig',
    'CreateModel',
    'CreateTrainingJob',
    'DeleteEndpoint',
    'DeleteEndpointConfig',
    'DeleteModel',
    'DescribeEndpoint',
    'DescribeEndpointConfig',
    'DescribeModel',
    'DescribeTrainingJob',
    'InvokeEndpoint',
    'ListTags',
    'UpdateEndpoint',
  ],
  codepipeline: ['PutJobFailureResult', 'PutJobSuccessResult'],
  sts: ['AssumeRole'],
  sns: ['Publish'],
  sqs: ['SendMessage'],
  states: ['StartExecution'],
  dynamodb: ['DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
}

/** How code names the client: `@aws-sdk/client-sfn`, `boto3.client('stepfunctions')`. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = { states: ['sfn', 'stepfunctions'] }

/**
 * The words of a text are enough: `CreateModelCommand`, `createModel` and `create_model` are the same call.
 * More is found than is called (a comment counts), never less, as long as the code names what it calls.
 */
export function callsIn(code: string): Set<string> {
  const words = new Set(
    code
      .toLowerCase()
      .replaceAll('_', '')
      .split(/[^a-z0-9]+/),
  )
  const calls = new Set<string>()
  for (const [service, names] of Object.entries(CALLS)) {
    if (![service, ...(CLIENTS[service] ?? [])].some(client => words.has(client) || words.has(`${client}client`)))
      continue
    for (const name of names) {
      const word = name.toLowerCase()
      if (words.has(word) || words.has(`${word}command`)) calls.add(`${service}:${name}`)
    }
  }
  return calls
}
