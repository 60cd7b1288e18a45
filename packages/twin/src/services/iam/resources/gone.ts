import { isAwsError } from '../../../engine/index.ts'

/** What is gone already is deleted. */
export async function unlessGone(call: Promise<unknown>) {
  try {
    await call
  } catch (error) {
    if (!isAwsError(error, 'NoSuchEntity')) throw error
  }
}
