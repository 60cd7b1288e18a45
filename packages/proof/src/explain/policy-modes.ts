import { docs, issues, type Mode } from './mode.ts'

/** What policies meet when they are written, and keys when they are used. */
export const POLICY_MODES: readonly Mode[] = [
  {
    id: 'invalid-principal',
    number: 'F3',
    title: 'a policy names a principal that does not exist',
    says: ['Invalid principal in policy', 'Policy contains a statement with one or more invalid principals'],
    cause:
      "a bucket, key or trust policy names a role or user by its ARN that is not there yet, was deleted, or is the very role whose trust policy it is; or the principal's account or ARN is misspelt",
    sides: ['resource', 'key', 'trust'],
    cure: 'name the account as the principal (arn:aws:iam::ACCOUNT:root) and the role in a condition, ArnEquals aws:PrincipalArn: it need not exist then; or make the role first',
    pages: docs(
      'IAM/latest/UserGuide/reference_policies_elements_principal.html',
      'AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html',
    ),
    met: issues(
      'aws-samples/aws-batch-architecture-for-alphafold/issues/1',
      'aws-samples/aws-iam-access-key-auto-rotation/issues/26',
      'aws-samples/siem-on-amazon-opensearch-service/issues/32',
    ),
  },
  {
    id: 'dead-principal',
    number: 'F4',
    title: 'a policy names a role that was deleted, by its unique id',
    says: [
      'grantee principal is invalid: "AROA',
      'grantee principal is invalid: "AIDA',
      '"AWS": "AROA',
      '"AWS": "AIDA',
    ],
    within: [
      ['"AWS": [', '"AROA', ']'],
      ['"AWS": [', '"AIDA', ']'],
    ],
    cause:
      'AWS keeps the unique id of a role that a resource policy names; when the role is deleted the id shows in place of its ARN, and a new role of the same name is another one, so access is denied without any policy having changed',
    sides: ['resource', 'key', 'trust'],
    cure: 'write the policy again with the ARN of the role that there is now; so that it does not happen again, name the account and the role in ArnEquals aws:PrincipalArn',
    pages: docs(
      'IAM/latest/UserGuide/reference_identifiers.html',
      'IAM/latest/UserGuide/reference_policies_elements_principal.html',
    ),
    met: issues(
      'cloud-custodian/cloud-custodian/issues/9879',
      'cloud-custodian/cloud-custodian/issues/9961',
      'hashicorp/terraform-provider-aws/issues/29340',
    ),
  },
  {
    id: 'unknown-ciphertext-key',
    number: 'F10',
    title: 'the key of what should be decrypted may not be used, or is not found where it is looked for',
    says: [
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access',
      'on the resource associated with this ciphertext',
      'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
    ],
    cause:
      "the key policy, in the key's account, or the caller's own policy does not allow kms:Decrypt; or the call went to another Region than the key's; or an alias was named, which means another key in each account. A deleted role that was made anew looks the same",
    sides: ['key', 'identity'],
    cure: "allow kms:Decrypt on both sides, naming the key by its ARN: in the key policy for the role (or its account), and in the role's own policy on that ARN",
    pages: docs(
      'kms/latest/developerguide/key-policy-modifying-external-accounts.html',
      'kms/latest/developerguide/policy-evaluation.html',
    ),
    met: issues('metaps/genova/issues/375', 'aws/aws-cdk/issues/22980', 'Droplr/aws-env/issues/29'),
    actions: ['kms:Decrypt'],
  },
  {
    id: 'encryption-header-enforced',
    number: 'F20',
    title: 'an upload is denied because of its encryption headers',
    says: [
      'is not authorized to perform: s3:PutObject … with an explicit deny in a resource-based policy',
      'is not authorized to perform: s3:PutObject … with an explicit deny in a resource control policy',
    ],
    hints: [
      'when calling the PutObject operation: Access Denied',
      'when calling the CreateMultipartUpload operation: Access Denied',
    ],
    cause:
      "the bucket policy denies uploads whose headers are not what it asks for; it is evaluated before the bucket's default encryption is applied, so an upload without any header is denied where the condition does not except a missing one. The other denies of such buckets are plain HTTP and old TLS",
    sides: ['resource'],
    cure: 'deny only wrong headers (Null s3:x-amz-server-side-encryption false, beside StringNotEquals) and let the default encryption do the rest; until then, upload with --sse aws:kms --sse-kms-key-id KEY-ARN',
    pages: docs(
      'AmazonS3/latest/userguide/UsingKMSEncryption.html',
      'AmazonS3/latest/userguide/troubleshoot-403-errors.html',
    ),
    met: issues(
      'usdigitalresponse/usdr-gost/pull/4044',
      'opentofu/opentofu/issues/2970',
      'aws/sagemaker-python-sdk/issues/1253',
    ),
    actions: ['s3:PutObject'],
  },
  {
    id: 'role-policies-too-long',
    number: 'F26',
    title: "a role's policies have become too long",
    says: ['Maximum policy size of … bytes exceeded', 'Cannot exceed quota for ACLSizePerRole'],
    cause:
      "a role's inline policies may have 10240 characters together, a managed policy 6144, and a trust policy 2048; one statement for each action or role of a pipeline gets there soon",
    sides: ['rule'],
    cure: 'put actions of the same resource and condition into one statement, and resources of the same actions; what is left over goes into managed policies',
    pages: docs('IAM/latest/UserGuide/reference_iam-quotas.html'),
    met: issues('serverless/serverless/issues/7643', 'aws/aws-cdk/issues/4465', 'gchq/sleeper/issues/1459'),
  },
  {
    id: 'acls-disabled',
    number: 'F28',
    title: 'a bucket has no access control lists any more',
    says: [
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      'The bucket does not allow ACLs',
    ],
    cause:
      'since April 2023 new buckets belong to their owner alone and take no ACLs; a template, a module or an upload sets one',
    sides: ['rule'],
    cure: "take the ACL out (AccessControl, acl, --acl) and say what it meant in the bucket policy; the objects of other accounts' uploads are the bucket owner's anyway",
    pages: docs('AmazonS3/latest/userguide/about-object-ownership.html'),
    met: issues(
      'aws-samples/cicd-lambda-container/issues/1',
      'trussworks/terraform-aws-s3-private-bucket/issues/403',
      'RhinoSecurityLabs/cloudgoat/issues/198',
    ),
  },
]
