// Field shapes that several routes share, each with the sentence a person reads when it does not fit.
import { z } from 'zod'

export const id = z.string().min(1, 'Choose one.').max(64, 'This is not an id.')

export const word = (what: string, max = 80) =>
  z.string().trim().min(1, `Enter ${what}.`).max(max, `Keep ${what} under ${max} characters.`)

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'This address is too long.')
  .pipe(z.email('Enter an email address, like eva@acme.example.'))

/** NIST SP 800-63B: length counts, composition rules do not. 200 keeps argon2's work bounded. */
export const newPassword = z
  .string()
  .min(10, 'Use at least 10 characters.')
  .max(200, 'Use at most 200 characters.')

export const extension = z
  .string()
  .trim()
  .regex(/^\d{2,6}$/, 'An extension has 2 to 6 digits.')

/** Digits as people write them, after a star code if any; normalised where the number plan is known. */
export const phoneNumber = z
  .string()
  .trim()
  .min(1, 'Enter a number.')
  .max(40, 'This number is too long.')
  .regex(
    /^([*#]\d{2}[*#]?)?[+\d][\d\s()./-]*$|^\*?\d+$/,
    'A number has digits only, with + in front for abroad.',
  )

export const hostPort = z
  .string()
  .trim()
  .max(255, 'This server name is too long.')
  .regex(
    /^(\[[0-9a-fA-F:]+\]|[a-zA-Z0-9.-]+)(:\d{1,5})?$/,
    'Enter a server like sip.provider.example or 192.0.2.7:5060.',
  )

export const role = z.enum(['agent', 'leader', 'admin', 'provider'])

export const idList = z.array(id).max(100, 'These are too many.')

export const moment = z.int('This is not a time.').min(0).max(8.64e15)
