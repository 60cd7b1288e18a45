export {
  type AccessRequest,
  type Decision,
  decide,
  denialText,
  findPolicyProblems,
  type Policy,
  type PolicyDocument,
  PolicySyntaxError,
  parsePolicy,
} from '@tripoint/iam'
