import type { Parts } from './parts.ts'
import type { Proxies } from './proxies.ts'

export function openProxies(_parts: Omit<Parts, 'proxies'>): Proxies {
  return {
    size: 0,
    start: () => {},
    passesThrough: () => false,
    forward: () => {},
    forwardAck: () => {},
  }
}
