import type { Place } from '../../source/spot.ts'
import type { Report } from '../report.ts'
import { type Names, namesIn, partsOf } from '../short-name.ts'
import { lineOf } from '../words.ts'

/** How the things of one report are called where it has to be short. */
export interface Brevity extends Names {
  /** the folder that all its files lie in, with its slash; it is said once */
  readonly folder: string
  file(place: Place): string
  /** each once, and a file's name once for its lines: `base.yml:12, :40` */
  files(places: readonly (Pick<Place, 'file' | 'line'> | undefined)[], most?: number): string
  /** a sentence of the report, with its ARNs and files shortened */
  words(text: string): string
}

export function brevityOf(report: Report): Brevity {
  const names = namesIn(report.subject)
  const common = commonFolder(report.subject.templates)
  // A place with a short folder stays one that a terminal opens.
  const folder = common.length > SHORT ? common : ''
  const inside = (file: string) => (file.startsWith(folder) ? file.slice(folder.length) : file)
  const file = (place: Place) => inside(lineOf(place))
  const accounts = new Map(report.subject.accounts.map(({ id, label }) => [id, label]))
  // The first lines say which is which.
  const labelled = (text: string) =>
    text.replace(ACCOUNT, (whole: string, id: string, label: string | undefined) => {
      const own = accounts.get(id)
      return own === undefined ? whole : label === own || label === undefined ? own : `${own} (${label})`
    })
  return {
    account: names.account,
    short: arn => labelled(names.short(arn)),
    placed: arn => labelled(names.placed(arn)),
    folder,
    file,
    files(places, most = 6) {
      const lines = new Map<string, Set<number>>()
      for (const place of places) {
        if (place === undefined) continue
        const name = inside(place.file)
        lines.set(name, (lines.get(name) ?? new Set()).add(place.line))
      }
      const all = [...lines].flatMap(([name, own]) => [...own].map((line, at) => `${at === 0 ? name : ''}:${line}`))
      return all.length <= most ? all.join(', ') : `${all.slice(0, most).join(', ')} and ${all.length - most} more`
    },
    words(text) {
      const without = folder === '' ? text : text.replaceAll(folder, '')
      const named = without.replace(STATEMENT, '$1').replace(ARN, (whole: string) => {
        const arn = whole.replace(/[.:]+$/, '')
        const { service, resource } = partsOf(arn)
        // `arn:aws:iam::222222222222:role` is a piece of one, and quoted as such.
        const piece = resource === '' || (service === 'iam' && !/\/|^root$/.test(resource))
        return piece ? whole : `${names.short(arn)}${whole.slice(arn.length)}`
      })
      return labelled(named)
    },
  }
}

/** A statement that has a place needs no other name. */
const STATEMENT = /\bstatement [\w-]{1,80} of [^()]{1,400}? \(([^()\s]{1,400}:\d+)\)/g
const SHORT = 16

/** An account by itself, and not within a name. */
const ACCOUNT = /(?<![\w:/.-])(\d{12})(?![\w/-]|[:.]\S)(?: \(([^()]{1,100})\))?/g
const ARN = /\barn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws)?:[^\s,;()“”"'’]+/g

function commonFolder([first, ...others]: readonly string[]): string {
  if (first === undefined || others.length === 0) return ''
  let folder = first.slice(0, first.lastIndexOf('/') + 1)
  while (folder !== '' && !others.every(other => other.startsWith(folder)))
    folder = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1)
  return folder
}
