import type { Command } from './command.ts'

interface Entry {
  about: string
  /** Only the command that is asked for is loaded: git waits for `git-credential` on every push. */
  load(): Promise<Command>
}

/** The commands: parser, help and documentation are made of this table. */
export const commands: Readonly<Record<string, Entry>> = {
  demo: {
    about: 'the whole line on this machine: deploy, push, train, approve, predict, take one permission away',
    load: async () => (await import('./demo.ts')).demo,
  },
  init: {
    about: 'write a new project: a definition, the workflow’s template, a folder for data',
    load: async () => (await import('./init.ts')).init,
  },
  synth: {
    about: 'write the templates, the pipeline as JSON, and the access list',
    load: async () => (await import('./synth.ts')).synth,
  },
  access: {
    about: 'print the access list: who does what on which resource, because of which step',
    load: async () => (await import('./access.ts')).access,
  },
  check: {
    about: 'prove it: is everything needed allowed, and nothing else? of the definition, or of templates alone',
    load: async () => (await import('./check.ts')).check,
  },
  why: {
    about: 'is this allowed? the decision path, the statements that decide, and what is missing on which side',
    load: async () => (await import('./why.ts')).why,
  },
  diff: {
    about: 'what access does a change add or remove? two folders, two templates, or revisions of git',
    load: async () => (await import('./diff.ts')).diff,
  },
  explain: {
    about:
      'what does this AWS error mean? the cause, the side, the cure, and where it is in this line; pasted, or from a pipe',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  twin: {
    about: 'run AWS on this machine: one port, many accounts, every permission enforced',
    load: async () => (await import('./twin.ts')).twin,
  },
  env: {
    about: "print the environment of a twin account's administrator, for eval",
    load: async () => (await import('./env.ts')).env,
  },
  deploy: {
    about: 'deploy the stacks: base, then the accounts in parallel, then the pipeline',
    load: async () => (await import('./deploy.ts')).deploy,
  },
  upload: {
    about: 'upload the training data to the line’s bucket, as a publisher',
    load: async () => (await import('./upload.ts')).upload,
  },
  run: { about: 'start the line and follow it to its end', load: async () => (await import('./run.ts')).run },
  status: {
    about: 'show where the line stands, and its newest executions',
    load: async () => (await import('./status.ts')).status,
  },
  approve: { about: 'approve what waits for an approval', load: async () => (await import('./approve.ts')).approve },
  reject: { about: 'reject what waits for an approval', load: async () => (await import('./approve.ts')).reject },
  logs: {
    about: 'print the logs of training jobs, functions and endpoints of all accounts',
    load: async () => (await import('./logs.ts')).logs,
  },
  invoke: {
    about: 'send rows of features (CSV, no label) to the live endpoint',
    load: async () => (await import('./invoke.ts')).invoke,
  },
  destroy: {
    about: 'take the line down in the order in which it can be, emptying the bucket after asking',
    load: async () => (await import('./destroy.ts')).destroy,
  },
  'git-credential': {
    about: 'git’s credential helper for CodeCommit, for machines without the AWS CLI',
    load: async () => (await import('./git-credential.ts')).gitCredentialCommand,
  },
}
