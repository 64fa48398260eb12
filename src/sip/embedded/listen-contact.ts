// Where to listen, as drachtio-server's --contact says it: `sip:IP:PORT;transport=udp,tcp`.
import { isIP } from 'node:net'
import { CordboardError } from '#lib/errors.ts'
import { findParam } from './params.ts'
import type { StackOptions } from './stack.ts'
import { sipUri } from './uri.ts'

/** The listening points of one contact; without a transport, UDP and TCP. @throws CordboardError `sip.contact` */
export function parseContact(contact: string, advertised?: string): StackOptions['listen'] {
  const uri = readUri(contact)
  const transports = (uri && findParam(uri.params, 'transport')) ?? 'udp,tcp'
  if (!uri || isIP(uri.host) === 0) throw wrong(contact)
  return transports.split(',').map((transport) => {
    const protocol = transport.trim().toLowerCase()
    if (protocol !== 'udp' && protocol !== 'tcp' && protocol !== 'tls') throw wrong(contact)
    return {
      protocol,
      address: uri.host,
      port: uri.port ?? (protocol === 'tls' ? 5061 : 5060),
      ...(advertised === undefined ? {} : { advertised }),
    }
  })
}

function readUri(contact: string) {
  try {
    return sipUri(contact)
  } catch {
    return undefined
  }
}

function wrong(contact: string): CordboardError {
  const sentence = `The contact "${contact}" is not of the form sip:IP:PORT;transport=udp,tcp.`
  return new CordboardError('sip.contact', sentence, { blame: 'setup' })
}
