import type * as kms from '@aws-sdk/client-kms'
import { notImplemented, type Reader } from '../../engine/index.ts'
import { type Call, type Context, type Demand, operation } from '../../gate/index.ts'
import { type EncryptionContext, readBlob, seal, unseal } from './ciphertext.ts'
import {
  dryRun,
  incorrectKey,
  noneOrRefused,
  ofCiphertext,
  required,
  unknownCiphertextKey,
  validation,
} from './errors.ts'
import { keyArn, liveKey } from './key.ts'
import { requireUsable } from './key-state.ts'
import { findKey, findOrMakeKey, type Named, onKey, some } from './named-key.ts'

const anyKey = { aliases: true, otherAccounts: true }

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context */
export const encryptionContext = (pairs: EncryptionContext | undefined): NonNullable<Demand['context']> => ({
  'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
  'kms:EncryptionContextKeys': some(Object.keys(pairs ?? {})),
  ...Object.fromEntries(Object.entries(pairs ?? {}).map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
})

const using = (
  context: Context,
  keyId: string | undefined,
  action: string,
  pairs: EncryptionContext | undefined,
): Demand => onKey(context, findOrMakeKey(context, keyId, anyKey), action, encryptionContext(pairs))

interface Common {
  EncryptionAlgorithm?: string | undefined
  Recipient?: unknown
  DryRun?: boolean | undefined
}

function checkCommon(input: Common) {
  if (input.EncryptionAlgorithm !== undefined && input.EncryptionAlgorithm !== 'SYMMETRIC_DEFAULT') {
    throw notImplemented(`kms with EncryptionAlgorithm ${input.EncryptionAlgorithm}`)
  }
  if (input.Recipient !== undefined) throw notImplemented('kms with Recipient')
  if (input.DryRun === true) throw dryRun()
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export const encrypt = operation<typeof kms, 'Encrypt'>({
  authorize: (input, context) => [using(context, input.KeyId, 'kms:Encrypt', input.EncryptionContext)],
  run(input, { tx, call, env }) {
    const key = requireUsable(findKey(tx, call, input.KeyId, anyKey).key)
    checkCommon(input)
    if (input.Plaintext === undefined) throw required('plaintext')
    if (input.Plaintext.length < 1 || input.Plaintext.length > 4096) {
      throw validation(
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
      )
    }
    const CiphertextBlob = seal(key, input.Plaintext, input.EncryptionContext, env.ids)
    return { KeyId: keyArn(key), CiphertextBlob, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
  },
})

/** The key that made a blob, where this Region has it. */
function sealedWith(read: Reader, call: Call, bytes: Uint8Array | undefined): Named {
  if (bytes === undefined) throw required('ciphertextBlob')
  const { account, region, id } = readBlob(bytes)
  const key = region === call.region ? liveKey(read, call.now, account, region, id) : undefined
  if (key === undefined) {
    const action = call.operation === 'ReEncrypt' ? 'kms:ReEncryptFrom' : 'kms:Decrypt'
    throw unknownCiphertextKey(call.principal.service ?? call.principal.arn, action)
  }
  return { key }
}

/** A KeyId beside a ciphertext must name the key that made it. */
function requested(read: Reader, call: Call, bytes: Uint8Array | undefined, keyId: string | undefined): Named {
  const named = sealedWith(read, call, bytes)
  if (keyId === undefined) return named
  const wanted = findKey(read, call, keyId, anyKey)
  if (keyArn(wanted.key) !== keyArn(named.key)) throw incorrectKey()
  return wanted
}

function open(read: Reader, call: Call, bytes: Uint8Array | undefined, pairs: EncryptionContext | undefined) {
  const { key } = sealedWith(read, call, bytes)
  return { key, plaintext: unseal(requireUsable(key), readBlob(bytes ?? new Uint8Array()), pairs) }
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
export const decrypt = operation<typeof kms, 'Decrypt'>({
  authorize: (input, context) => [
    onKey(
      context,
      requested(context.read, context.call, input.CiphertextBlob, input.KeyId),
      'kms:Decrypt',
      encryptionContext(input.EncryptionContext),
    ),
  ],
  run(input, { tx, call }) {
    checkCommon(input)
    const { key, plaintext } = open(tx, call, input.CiphertextBlob, input.EncryptionContext)
    return { KeyId: keyArn(key), Plaintext: plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }
  },
})

/** Leave of both keys is needed. https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html */
export const reEncrypt = operation<typeof kms, 'ReEncrypt'>({
  authorize(input, context) {
    const from = requested(context.read, context.call, input.CiphertextBlob, input.SourceKeyId)
    const to = findOrMakeKey(context, input.DestinationKeyId, anyKey)
    const same = { 'kms:ReEncryptOnSameKey': String(keyArn(from.key) === keyArn(to.key)) }
    return [
      onKey(context, from, 'kms:ReEncryptFrom', { ...encryptionContext(input.SourceEncryptionContext), ...same }),
      onKey(context, to, 'kms:ReEncryptTo', { ...encryptionContext(input.DestinationEncryptionContext), ...same }),
    ]
  },
  run(input, { tx, call, env }) {
    checkCommon({ DryRun: input.DryRun, EncryptionAlgorithm: input.DestinationEncryptionAlgorithm })
    const to = requireUsable(findKey(tx, call, input.DestinationKeyId, anyKey).key)
    const { key: from, plaintext } = open(tx, call, input.CiphertextBlob, input.SourceEncryptionContext)
    return {
      CiphertextBlob: seal(to, plaintext, input.DestinationEncryptionContext, env.ids),
      SourceKeyId: keyArn(from),
      KeyId: keyArn(to),
      SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    }
  },
})

const keyLengths = new Map([
  ['AES_128', 16],
  ['AES_256', 32],
])

function dataKeyLength(input: { KeySpec?: string | undefined; NumberOfBytes?: number | undefined }): number {
  if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
    throw validation('Please specify either number of bytes or key spec.')
  }
  const length = input.NumberOfBytes ?? keyLengths.get(input.KeySpec ?? '')
  if (length === undefined || length < 1 || length > 1024)
    throw validation('NumberOfBytes must be between 1 and 1024, KeySpec AES_256 or AES_128')
  return length
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
export const generateDataKey = operation<typeof kms, 'GenerateDataKey'>({
  authorize: (input, context) => [using(context, input.KeyId, 'kms:GenerateDataKey', input.EncryptionContext)],
  run(input, { tx, call, env }) {
    const key = requireUsable(findKey(tx, call, input.KeyId, anyKey).key)
    checkCommon(input)
    const Plaintext = env.ids.bytes(dataKeyLength(input))
    return { KeyId: keyArn(key), Plaintext, CiphertextBlob: seal(key, Plaintext, input.EncryptionContext, env.ids) }
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html */
export const generateDataKeyWithoutPlaintext = operation<typeof kms, 'GenerateDataKeyWithoutPlaintext'>({
  authorize: (input, context) => [
    using(context, input.KeyId, 'kms:GenerateDataKeyWithoutPlaintext', input.EncryptionContext),
  ],
  run(input, { tx, call, env }) {
    const key = requireUsable(findKey(tx, call, input.KeyId, anyKey).key)
    checkCommon(input)
    const secret = env.ids.bytes(dataKeyLength(input))
    return { KeyId: keyArn(key), CiphertextBlob: seal(key, secret, input.EncryptionContext, env.ids) }
  },
})

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html */
export const generateRandom = operation<typeof kms, 'GenerateRandom'>({
  authorize: () => [{ action: 'kms:GenerateRandom', resource: '*' }],
  run(input, { env }) {
    if (input.CustomKeyStoreId !== undefined) throw notImplemented('kms:GenerateRandom with CustomKeyStoreId')
    const length = input.NumberOfBytes
    if (length === undefined) throw validation('The number of bytes is required.')
    if (length < 1 || length > 1024) throw validation('NumberOfBytes must be between 1 and 1024')
    return { Plaintext: env.ids.bytes(length) }
  },
})

/** Across accounts KMS does not say whether the key exists. */
export const hidesOtherAccounts = (text: string, call: Call): string => {
  const owner = /arn:aws:kms:[a-z0-9-]+:(\d{12}):key/.exec(text)?.[1]
  if (owner === undefined || owner === call.principal.account) return text
  const decrypts = call.operation === 'Decrypt'
  const sentence =
    /^(User: \S+ is not authorized to perform: \S+) on resource: \S+ (?:because no resource-based|with an explicit deny in a resource-based)/.exec(
      text,
    )
  if (sentence !== null) return `${sentence[1]} ${decrypts ? ofCiphertext : 'on this resource'} ${noneOrRefused}`
  return decrypts ? text.replace(/on resource: \S+/, ofCiphertext) : text
}
