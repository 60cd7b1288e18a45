/** What the person who submitted the job can cure: a hyperparameter, a file, a label. Anything else is a defect of the algorithm. */
export class CustomerError extends Error {
  override name = 'UserError'
}
