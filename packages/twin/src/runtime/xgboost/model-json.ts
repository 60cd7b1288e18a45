import { type Booster, objectiveOf } from './booster.ts'
import { CustomerError } from './customer-error.ts'
import { noParent, type Tree } from './tree.ts'

/**
 * A 32-bit float in XGBoost's JSON. Its reader is typed: an element of a float array written `0` is an integer and refused
 * ("Invalid cast, from Integer to Number"), so every number carries an exponent.
 */
const float = (value: number): string => {
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : value < 0 ? '-Infinity' : 'NaN'
  const single = Math.fround(value)
  for (let digits = 5; digits < 9; digits++) {
    const text = single.toExponential(digits)
    if (Math.fround(Number(text)) === single) return short(text)
  }
  return short(single.toExponential(9))
}

const short = (text: string): string => text.replace(/\.?0*e\+?/, 'E')

const floats = (values: readonly number[]): string => `[${values.map(float).join(',')}]`
const integers = (values: readonly number[]): string => `[${values.join(',')}]`

const treeJson = (tree: Tree, id: number, features: number): string => {
  const nodes = tree.left.length
  const members: readonly [string, string][] = [
    ['base_weights', floats(tree.weights)],
    ['categories', '[]'],
    ['categories_nodes', '[]'],
    ['categories_segments', '[]'],
    ['categories_sizes', '[]'],
    ['default_left', integers(tree.defaultLeft.map(Number))],
    ['id', String(id)],
    ['left_children', integers(tree.left)],
    ['loss_changes', floats(tree.gains)],
    ['parents', integers(tree.parents)],
    ['right_children', integers(tree.right)],
    ['split_conditions', floats(tree.conditions)],
    ['split_indices', integers(tree.features)],
    ['split_type', integers(tree.left.map(() => 0))],
    ['sum_hessian', floats(tree.hessians)],
    [
      'tree_param',
      JSON.stringify({
        num_deleted: '0',
        num_feature: String(features),
        num_nodes: String(nodes),
        size_leaf_vector: '0',
      }),
    ],
  ]
  return `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`
}

/** The model as XGBoost 1.7 writes it: https://xgboost.readthedocs.io/en/release_1.7.0/tutorials/saving_model.html */
export const writeModel = (booster: Booster): string => {
  const { trees, groups, features, classes } = booster
  const gbtree = JSON.stringify({ num_parallel_tree: '1', num_trees: String(trees.length), size_leaf_vector: '0' })
  const learner = JSON.stringify({
    base_score: float(booster.baseScore),
    boost_from_average: '1',
    num_class: String(classes),
    num_feature: String(features),
    num_target: '1',
  })
  const objective = JSON.stringify({
    name: booster.objective,
    ...objectiveOf(booster.objective).json(booster, classes),
  })
  const model = `{"gbtree_model_param":${gbtree},"tree_info":${integers(groups)},"trees":[${trees.map((tree, id) => treeJson(tree, id, features)).join(',')}]}`
  return `{"learner":{"attributes":${JSON.stringify(booster.attributes)},"feature_names":[],"feature_types":[],"gradient_booster":{"model":${model},"name":"gbtree"},"learner_model_param":${learner},"objective":${objective}},"version":[1,7,4]}`
}

type Json = Readonly<Record<string, unknown>>

const refuse = (why: string): never => {
  throw new CustomerError(`Unable to load model: ${why}`)
}

const object = (value: unknown, name: string): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : refuse(`'${name}' is missing`)

const list = (value: unknown, name: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse(`'${name}' is not an array`)

const readTree = (value: unknown): Tree => {
  const json = object(value, 'tree')
  const numbers = (name: string) => list(json[name], name).map(Number)
  if (list(json.categories_nodes ?? [], 'categories_nodes').length > 0) refuse('categorical splits are not supported')
  const tree: Tree = {
    left: numbers('left_children'),
    right: numbers('right_children'),
    parents: numbers('parents').map(parent => (parent === -1 ? noParent : parent)),
    features: numbers('split_indices'),
    conditions: numbers('split_conditions').map(Math.fround),
    defaultLeft: list(json.default_left, 'default_left').map(Boolean),
    gains: numbers('loss_changes'),
    hessians: numbers('sum_hessian'),
    weights: numbers('base_weights'),
  }
  const nodes = tree.left.length
  const sane = tree.left.every((left, node) => {
    const right = tree.right[node] ?? -1
    return left === -1 || (left > node && right > node && left < nodes && right < nodes)
  })
  if (nodes === 0 || !sane || Object.values(tree).some(values => values.length !== nodes)) refuse('a tree is malformed')
  return tree
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return refuse('the file is not XGBoost JSON (binary and pickled models are not supported by the embedded engine)')
  }
}

export const readModel = (text: string): Booster => {
  const learner = object(object(parse(text), 'model').learner, 'learner')
  const booster = object(learner.gradient_booster, 'gradient_booster')
  if (booster.name !== 'gbtree') refuse(`booster '${String(booster.name)}' is not supported`)
  const model = object(booster.model, 'gradient_booster.model')
  const parameters = object(learner.learner_model_param, 'learner_model_param')
  const objective = object(learner.objective, 'objective')
  const name = String(objective.name)
  objectiveOf(name)
  const trees = list(model.trees, 'trees').map(readTree)
  const features = Number(parameters.num_feature)
  if (trees.some(tree => tree.features.some(feature => feature >= features)))
    refuse('a tree asks for a feature that is not there')
  const regLoss = object(objective.reg_loss_param ?? {}, 'reg_loss_param')
  const poisson = object(objective.poisson_regression_param ?? {}, 'poisson_regression_param')
  const attributes = Object.entries(object(learner.attributes ?? {}, 'attributes'))
  return {
    objective: name,
    features,
    classes: Number(parameters.num_class ?? 0),
    baseScore: Number(parameters.base_score),
    scalePosWeight: Number(regLoss.scale_pos_weight ?? 1),
    maxDeltaStep: Number(poisson.max_delta_step ?? 0),
    trees,
    groups: list(model.tree_info, 'tree_info').map(Number),
    attributes: Object.fromEntries(attributes.map(([key, value]) => [key, String(value)])),
  }
}
