export type CipherName = 'aes-256-gcm' | 'chacha20-poly1305'

export function isCipherName(name: unknown): name is CipherName {
  return name === 'aes-256-gcm' || name === 'chacha20-poly1305'
}

export const KEY_BYTES = 32
/** Bytes of the authentication tag that follows the ciphertext. */
export const TAG_BYTES = 16
export const NONCE_BYTES = 12
