import type { Answer } from '@tripoint/iam'
import type { ProofSize } from '../report/report.ts'

/** How large the proof became, and what it could not say: every answer passes through `asked`. */
export class Tally {
  private questions = 0
  private atoms = 0
  private cubes = 0
  private readonly undecided: { question: string; why: string }[] = []
  private readonly approximations = new Set<string>()

  asked<T extends Answer<unknown>>(question: string, answer: T): T {
    this.questions++
    this.atoms += answer.size.atoms
    this.cubes += answer.size.cubes
    for (const each of answer.approximations) this.approximations.add(each)
    if (answer.verdict === 'undecided') this.undecided.push({ question, why: answer.why })
    return answer
  }

  /** A part of a question that was answered otherwise. */
  open(question: string, why: string): void {
    this.undecided.push({ question, why })
  }

  size(milliseconds: number): ProofSize {
    return {
      milliseconds,
      questions: this.questions,
      atoms: this.atoms,
      cubes: this.cubes,
      undecided: this.undecided,
      approximations: [...this.approximations],
    }
  }
}
