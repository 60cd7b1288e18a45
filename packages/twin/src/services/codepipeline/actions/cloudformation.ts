import { isAwsError, notImplemented, own } from '../../../engine/index.ts'
import type { ActionKind } from './action-kind.ts'
import { executeChangeSet, pollChangeSet, replaceChangeSet } from './change-set.ts'
import { ArtifactRefused, refused } from './failure.ts'
import { createOrUpdate, deleteStack, pollStack, type StackMemory } from './stack.ts'

const modes: Record<string, typeof createOrUpdate> = {
  CREATE_UPDATE: createOrUpdate,
  REPLACE_ON_FAILURE: createOrUpdate,
  DELETE_ONLY: deleteStack,
  CHANGE_SET_REPLACE: replaceChangeSet,
  CHANGE_SET_EXECUTE: executeChangeSet,
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html */
export const cloudformation: ActionKind<StackMemory> = {
  category: 'Deploy',
  provider: 'CloudFormation',
  inputs: [0, 10],
  outputs: [0, 1],
  required: ['ActionMode', 'StackName'],
  optional: [
    'TemplatePath',
    'TemplateConfiguration',
    'ParameterOverrides',
    'Capabilities',
    'RoleArn',
    'OutputFileName',
    'ChangeSetName',
  ],
  timeout: 3 * 24 * 60,
  check({ ActionMode: mode = '' }) {
    if (own(modes, mode) === undefined)
      throw notImplemented(`codepipeline CloudFormation action with ActionMode ${mode}`)
  },
  async step(io, memory) {
    try {
      if (memory === undefined || memory.phase === 'begin')
        return await (own(modes, io.configuration.ActionMode ?? '') ?? createOrUpdate)(io)
      return memory.phase === 'change-set' ? await pollChangeSet(io, memory) : await pollStack(io, memory)
    } catch (error) {
      if (error instanceof ArtifactRefused) return error.failure
      if (!isAwsError(error)) throw error
      return refused('cloudformation', error)
    }
  },
}
