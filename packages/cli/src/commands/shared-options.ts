import { loadProject, type Project } from '../project/load.ts'
import type { Command, Option } from './command.ts'

type Options = Parameters<Command['run']>[1]

export const optionText = (options: Options, name: string): string | undefined => {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export const configOption: Option = {
  flags: '--config <path>',
  about: 'the definition, or the folder of its tripoint.config.ts',
  fallback: '.',
}

export const projectOf = (options: Options): Promise<Project> => loadProject(optionText(options, 'config'))
