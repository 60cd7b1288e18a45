import { fileURLToPath } from 'node:url'

/** Programs of ours that run as processes of their own: a source file while developing, a bundled one when published. */
export const entryPoint = (name: 'xgboost/container' | 'lambda/bootstrap' | 'process/supervisor'): string => {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
  return fileURLToPath(new URL(`../${name}${extension}`, import.meta.url))
}
