import { existsSync } from 'node:fs'
import { diffMarkdown, diffWorlds, givesMore, isReal, type World } from '@tripoint/proof'
import { unreadText } from '../project/unread.ts'
import { versionOf, versionsNamed } from '../project/version.ts'
import { worldsOf } from '../project/world.ts'
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
    'exit code: 0 compared, 1 access is added (with --fail-on-added), 2 not understood or not read\n\ntripoint diff main..                                  what this branch adds, as it lies on disk\ntripoint diff HEAD~1 HEAD --path my-line --markdown   two revisions, as a comment\ntripoint diff before/ after/                          two folders of templates\n\nA definition is a program: comparing a revision runs its definition. The repository is only read, nothing is checked out.',
  misused: 2,
  async run(words, options, terminal) {
    // Until there is a comparison, nothing is known of what was added.
    terminal.exit(2)
    const given = templatesFrom(options)
    // Beside a path, a revision is of what lies there.
    const path = optionText(options, 'path') ?? words.find(word => existsSync(word)) ?? '.'
    const [first, second] = await versionsNamed(words, path)
    const [before, after] = [await versionOf(first, path, given), await versionOf(second, path, given)]
    const [was, is] = worldsOf([before, after], given) as [World, World]
    const found = diffWorlds(was, is, { before: before.title, after: after.title })
    const findings = [before, was, after, is].flatMap(each => each.findings)
    const unread = unreadText(findings)
    const notes = [...new Set([...before.notes, ...after.notes, ...unread])]
    if (options.markdown === true && options.json !== true) {
      terminal.print(diffMarkdown(found, notes))
    } else {
      for (const text of notes) terminal.report({ type: 'note', text })
      terminal.report({ type: 'diff', diff: found })
    }
    // What cannot be read may add anything.
    const more = unread.length > 0 || found.changes.some(change => givesMore(change) && isReal(change))
    terminal.exit(options.failOnAdded === true && more ? 1 : 0)
  },
}
