import { existsSync } from 'node:fs'
import { type Version, versionOf, versionsNamed } from '../project/version.ts'
import type { Command } from './command.ts'
import { optionText } from './shared-options.ts'
import { templateOptions, templatesFrom } from './template-options.ts'

export const diff: Command = {
  arguments: [
    { name: '<before>', about: 'a folder, a template, a revision of git, or a range such as main..' },
    { name: '[after]', about: 'likewise; left out, what lies on disk' },
  ],
  options: [
    { flags: '--path <path>', about: 'of revisions: where the definition or the templates are, by default here' },
    ...templateOptions,
    { flags: '--markdown', about: 'as a comment for a pull request' },
    { flags: '--fail-on-added', about: 'exit code 1 when access is added' },
  ],
  notes:
    'A definition is a program: comparing a revision runs its definition. The repository is only read, nothing is checked out.',
  async run(words, options, terminal) {
    const given = templatesFrom(options)
    // Beside a path, a revision is of what lies there.
    const path = optionText(options, 'path') ?? words.find(word => existsSync(word)) ?? '.'
    const { unreadText } = await import('../project/unread.ts')
    const { diffMarkdown, diffWorlds, givesMore, isReal, readWorld } = await import('@tripoint/proof')
    const [first, second] = await versionsNamed(words, path)
    const [before, after] = [await versionOf(first, path, given), await versionOf(second, path, given)]
    const worldOf = ({ inputs, definition }: Version) =>
      readWorld(inputs, {
        parameters: given.parameters,
        ...(definition ? { accounts: definition.accounts } : {}),
      })
    const [was, is] = [worldOf(before), worldOf(after)]
    const found = diffWorlds(was, is, { before: before.title, after: after.title })
    const findings = [before, was, after, is].flatMap(each => each.findings)
    const unread = unreadText(findings)
    const notes = [...before.notes, ...after.notes, ...unread]
    if (options.markdown === true && options.json !== true) {
      terminal.print(diffMarkdown(found, notes))
    } else {
      for (const text of notes) terminal.report({ type: 'note', text })
      terminal.report({ type: 'diff', diff: found })
    }
    // What cannot be read may add anything.
    const more = unread.length > 0 || found.changes.some(change => givesMore(change) && isReal(change))
    if (options.failOnAdded === true && more) terminal.exit(1)
  },
}
