import { readFile } from 'node:fs/promises'
import { Failure } from '../report/failure.ts'

export interface Labelled {
  label: number
  features: string
  line: number
}

/** Reads a CSV whose first column is the label: labelled rows, and the lines that have none. Throws Failure at a non-number. */
export async function readLabelled(file: string): Promise<{ rows: Labelled[]; unlabelled: number[] }> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) throw new Failure(`${file} is missing`, 'put the validation data there')
  const rows: Labelled[] = []
  const unlabelled: number[] = []
  text.split(/\r?\n/).forEach((row, at) => {
    if (row.trim() === '') return
    const cells = row.split(',')
    const wrong = cells.findIndex(cell => cell.trim() !== '' && !Number.isFinite(Number(cell)))
    if (wrong >= 0)
      throw new Failure(
        `${file} line ${at + 1}, column ${wrong + 1}: "${cells[wrong]}" is not a number`,
        'mend or remove the line',
      )
    if (cells[0]?.trim() === '') unlabelled.push(at + 1)
    else rows.push({ label: Number(cells[0]), features: cells.slice(1).join(','), line: at + 1 })
  })
  return { rows, unlabelled }
}

/** Area under the ROC curve: the chance that a positive is ranked above a negative, ties counting half. */
export function auc(labels: readonly number[], scores: readonly number[]): number {
  const order = scores.map((score, at) => ({ score, label: labels[at] ?? 0 })).toSorted((a, b) => a.score - b.score)
  let rankSum = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    while (order[to + 1]?.score === order[from]?.score) to++
    const rank = (from + to) / 2 + 1
    for (let at = from; at <= to; at++) if (order[at]?.label === 1) rankSum += rank
    from = to + 1
  }
  const positives = labels.filter(label => label === 1).length
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives))
}
