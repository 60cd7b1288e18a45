/**
 * Accounts that hold SageMaker's own XGBoost image, by region.
 * https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html
 */
const XGBOOST_REGISTRIES: Readonly<Record<string, string>> = {
  'ap-northeast-1': '354813040037',
  'ap-northeast-2': '366743142698',
  'ap-south-1': '720646828776',
  'ap-southeast-1': '121021644041',
  'ap-southeast-2': '783357654285',
  'ca-central-1': '341280168497',
  'eu-central-1': '492215442770',
  'eu-north-1': '662702820516',
  'eu-west-1': '141502667606',
  'eu-west-2': '764974769150',
  'eu-west-3': '659782779980',
  'sa-east-1': '737474898029',
  'us-east-1': '683313688378',
  'us-east-2': '257758044811',
  'us-west-1': '746614075791',
  'us-west-2': '246618743249',
}

export const xgboostRegions = Object.keys(XGBOOST_REGISTRIES)

export const hasXgboostImage = (region: string): boolean => region in XGBOOST_REGISTRIES

export function xgboostImage(region: string): string {
  const account = XGBOOST_REGISTRIES[region]
  if (account === undefined) throw new Error(`no XGBoost image is known in ${region}: name one with image`)
  return `${account}.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`
}

/** The ARN of the ECR repository that an image URI names. */
export function repositoryOf(image: string): { readonly arn: string; readonly account: string } {
  const [host = '', path = ''] = splitOnce(image, '/')
  const [account = '', , , region = ''] = host.split('.')
  return { arn: `arn:aws:ecr:${region}:${account}:repository/${path.slice(0, path.lastIndexOf(':'))}`, account }
}

const splitOnce = (text: string, mark: string): [string, string] => {
  const at = text.indexOf(mark)
  return [text.slice(0, at), text.slice(at + 1)]
}
