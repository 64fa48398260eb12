// The image's health check: ends with 0 when Cordboard answers that every part is up, else with 1 and what it said.
import { readConfig } from '#config/config.ts'
import { isWildcard } from '#lib/own-address.ts'

const { address, port } = readConfig(process.env).http
const host = isWildcard(address) ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address
try {
  const response = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(4_000) })
  console.log(await response.text())
  process.exitCode = response.ok ? 0 : 1
} catch (err) {
  console.log(err instanceof Error ? `${err.message}: ${err.cause ?? ''}` : err)
  process.exitCode = 1
}
