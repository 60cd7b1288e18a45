import { type Access, nameOfArn } from '@tripoint/pipeline'
import type { Event } from '../report/event.ts'
import type { Observed } from './observed.ts'

export const who = ({ principal }: Access): string =>
  principal.kind === 'service' ? principal.name : nameOfArn(principal.arn)

export const absence = ({ absence: { does, step, path, error } }: Access): string =>
  [does, step ?? path, error === undefined ? undefined : `“${error}”`].filter(Boolean).join(' ')

const short = (resource: string) => resource.replace(/^arn:aws:/, '')

/** `used`: how often each entry was, by its id, where a run is laid beside the list. */
export function accessTable(list: readonly Access[], long: boolean, used?: ReadonlyMap<string, number>): Event {
  const columns = ['hop', 'principal', 'action', 'resource', 'sides', 'without it']
  return {
    type: 'table',
    title: `${list.length} accesses${used === undefined ? '' : `, ${list.filter(({ id }) => used.has(id)).length} used`}`,
    columns: [...(used === undefined ? [] : ['used']), ...columns, ...(long ? ['conditions', 'because', 'page'] : [])],
    rows: list.map(entry => [
      ...(used === undefined ? [] : [String(used.get(entry.id) ?? '–')]),
      entry.hop,
      who(entry),
      entry.action,
      short(entry.resource),
      entry.sides.join('+'),
      absence(entry),
      ...(long ? [JSON.stringify(entry.conditions ?? {}), entry.because, entry.page] : []),
    ]),
  }
}

/** What principals of the list were allowed that is not on it: wider than it needs to be, or the list is short. */
export const unlistedTable = (unlisted: readonly Observed[]): Event => ({
  type: 'table',
  title: `${unlisted.length} used that are not on the list`,
  columns: ['principal', 'action', 'resource'],
  rows: unlisted.map(({ entry, verdict }) => [
    nameOfArn(entry.role ?? entry.principal),
    verdict.action,
    short(verdict.resource),
  ]),
})
