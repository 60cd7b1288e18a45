import type { ContainerEngine } from './container-engine.ts'
import { startChild } from './process/child.ts'
import { entryPoint } from './process/entry-point.ts'

/** SageMaker's own image and its older name: …/sagemaker-xgboost:1.7-1, …/xgboost:latest */
const image = /(^|\/)(sagemaker-)?xgboost:[\w.-]+$/

/** Runs SageMaker's XGBoost images as a Node process that keeps their contract; `/opt/ml` is told by a variable. */
export const embeddedXgboost: ContainerEngine = {
  name: 'embedded XGBoost',
  async refuses(uri) {
    return image.test(uri) ? undefined : 'it is not an image of SageMaker’s XGBoost'
  },
  async start({ command, directory, environment, port, log }) {
    return startChild({
      command: process.execPath,
      args: [entryPoint('xgboost/container'), command],
      cwd: directory,
      environment: {
        ...environment,
        SAGEMAKER_BASE_DIR: directory,
        ...(port === undefined ? {} : { SAGEMAKER_BIND_TO_PORT: String(port) }),
      },
      log,
    })
  },
}
