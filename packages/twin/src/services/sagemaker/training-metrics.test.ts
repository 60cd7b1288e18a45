import { expect, test } from 'vitest'
import { metricDefinitions, readMetrics } from './training-metrics.ts'

const image = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1'
const request = (MetricDefinitions: { Name: string; Regex: string }[] = []) =>
  ({ AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: 'File', MetricDefinitions } }) as never

test.each([
  ['[3]#011train-auc:0.91#011validation-auc:0.87', { 'train:auc': 0.91, 'validation:auc': 0.87 }],
  ['[12]#011train-rmse:1.5e-05', { 'train:rmse': 0.000015 }],
  ['INFO: train-auc:0.5', {}],
])('%s', (line, expected) => {
  const readings = readMetrics(metricDefinitions(request()), line, 0)
  expect(Object.fromEntries(readings.map(({ name, value }) => [name, value]))).toEqual(expected)
})

test('definitions of the job itself are read beside those of the algorithm', () => {
  const definitions = metricDefinitions(request([{ Name: 'loss', Regex: 'loss=([0-9.]+)' }]))
  expect(readMetrics(definitions, 'epoch 1 loss=0.25', 7)).toEqual([{ name: 'loss', value: 0.25, at: 7 }])
})

test('a pattern that would never end in a backtracking engine does', () => {
  const definitions = metricDefinitions(request([{ Name: 'evil', Regex: '(a+)+$' }]))
  expect(readMetrics(definitions, `${'a'.repeat(50)}!`, 0)).toEqual([])
})
