/** What a person types before a command: in a clone nothing is on the PATH, and npx is not it either. */
export const programName = import.meta.url.endsWith('.ts')
  ? 'npm run --silent tripoint --'
  : process.env.npm_command === 'exec'
    ? 'npx tripoint'
    : 'tripoint'
