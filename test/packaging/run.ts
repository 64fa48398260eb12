// Runs a command of the machine to its end. What fails shows what it said.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const checkout = join(import.meta.dirname, '../..')

export interface Ended {
  readonly code: number | null
  readonly said: string
}

/** What it printed on stdout. @throws Error with all it said when it does not end with 0 */
export async function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, said, out } = await start(command, args, env)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${said.slice(-4000)}`)
  return out
}

/** However it ends. */
export async function runAnyhow(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return await start(command, args, env)
}

function start(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  return new Promise<Ended & { readonly out: string }>((resolve, reject) => {
    const child = spawn(command, args, { cwd: checkout, env: { ...process.env, ...env } })
    let [said, out] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
      out += chunk.toString('utf8')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
    child.once('error', (err) =>
      reject(new Error(`${command} cannot be run: is it installed?`, { cause: err })),
    )
    child.once('close', (code) => resolve({ code, said, out }))
  })
}
