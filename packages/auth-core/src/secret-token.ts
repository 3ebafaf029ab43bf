import { hash } from 'node:crypto'

/** Random bytes in a token that must not be guessed: 256 bits. */
export const TOKEN_BYTES = 32

/** A token as it travels: base64url without padding (RFC 4648 section 5), 43 characters. */
export const formatToken = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

const FORM = /^[A-Za-z0-9_-]{43}$/

/** Whether a presented value can be a token at all; spares the database a look-up. */
export const looksLikeToken = (value: string): boolean => FORM.test(value)

/**
 * What is stored of a token: its SHA-256 in base64url. A fast hash is enough because the token itself has
 * 256 random bits; looking the hash up takes the place of comparing secrets.
 */
export const hashToken = (token: string): string => hash('sha256', token, 'base64url')
