/** How keys of age are written (https://age-encryption.org/v1, X25519, Bech32): the public one that is sealed to, and the private one that opens. */

export const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/
export const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/
