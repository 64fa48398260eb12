// Builds docker/Dockerfile with Debian's buildah on a local Debian, where no Docker engine and no registry is needed, and runs it.
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { debianFolder } from './debian.ts'
import { run } from './run.ts'

const certificates = 'etc/ssl/certs/ca-certificates.crt'
const base = 'localhost/debian'
const buildBase = 'localhost/node'
const built = 'localhost/cordboard'

const described = z.object({
  Docker: z.object({
    config: z.object({
      User: z.string(),
      StopSignal: z.string(),
      Entrypoint: z.array(z.string()),
      Volumes: z.record(z.string(), z.unknown()),
      Labels: z.record(z.string(), z.string()),
      Healthcheck: z.object({ Test: z.array(z.string()) }),
    }),
  }),
})
export type ImageConfig = z.infer<typeof described>['Docker']['config']

export interface Container {
  readonly stdout: ChildProcess['stdout']
  readonly ended: Promise<number | null>
  /** The program inside, as this machine counts processes; undefined before it runs. */
  pid(): number | undefined
}

export class Image {
  readonly #options: readonly string[]

  private constructor(folder: string) {
    const places = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')]
    this.#options = ['--storage-driver', 'vfs', ...places]
  }

  /** `folder` holds its layers, until it is deleted. */
  static async build(folder: string): Promise<Image> {
    const image = new Image(folder)
    await image.#commit('scratch', base, async (mounted) => {
      await run('cp', ['-a', `${await debianFolder()}/.`, mounted])
    })
    await image.#commitNode()
    const args = { BASE_IMAGE: base, BUILD_IMAGE: buildBase, VERSION: 'test' }
    const given = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
    const how = ['--format', 'docker', '--isolation', 'chroot', '--network', 'host']
    await image.buildah('bud', ...how, ...given, '-f', 'docker/Dockerfile', '-t', built, '.')
    return image
  }

  async config(): Promise<ImageConfig> {
    return described.parse(JSON.parse(await this.buildah('inspect', '--type', 'image', built))).Docker.config
  }

  /** A container's name. */
  async create(): Promise<string> {
    return (await this.buildah('from', built)).trim()
  }

  /** Runs a command to its end in the container. @throws Error with what it said when it does not end with 0 */
  exec(container: string, settings: Readonly<Record<string, string>>, command: readonly string[]) {
    return this.buildah(...runOptions(settings), container, '--', ...command)
  }

  /** Starts the image's program on this data folder. */
  start(
    container: string,
    settings: Readonly<Record<string, string>>,
    how: { data: string; entry: readonly string[] },
  ): Container {
    const volume = ['-v', `${how.data}:/var/lib/cordboard`]
    const words = [...this.#options, ...runOptions(settings), ...volume, container, '--', ...how.entry]
    const child = spawn('buildah', words, { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    return { stdout: child.stdout, ended, pid: () => programUnder(child.pid, how.entry) }
  }

  buildah(...args: readonly string[]): Promise<string> {
    return run('buildah', [...this.#options, ...args])
  }

  /** As the official image of Node: npm and this Node. It trusts whom this machine trusts, for a proxy may stand before npm's registry. */
  async #commitNode(): Promise<void> {
    await this.#commit(base, buildBase, async (mounted, container) => {
      cpSync(process.execPath, join(mounted, 'usr/local/bin/node'), { dereference: true })
      cpSync(join('/', certificates), join(mounted, certificates), { dereference: true })
      await run('npm', [
        'install',
        '--global',
        '--prefix',
        join(mounted, 'usr/local'),
        '--loglevel=error',
        'npm@11',
      ])
      await this.buildah('config', '--env', `NODE_EXTRA_CA_CERTS=/${certificates}`, container)
    })
  }

  async #commit(from: string, name: string, fill: (mounted: string, container: string) => Promise<void>) {
    const container = (await this.buildah('from', from)).trim()
    await fill((await this.buildah('mount', container)).trim(), container)
    await this.buildah('commit', '-q', '--rm', container, name)
  }
}

function runOptions(settings: Readonly<Record<string, string>>): readonly string[] {
  const env = Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  return ['run', '--isolation', 'chroot', '--network', 'host', ...env]
}

/** buildah stands between: it starts itself twice more, then the program. */
function programUnder(pid: number | undefined, entry: readonly string[]): number | undefined {
  const parents = new Map(readdirSync('/proc').flatMap((name) => parentOf(name)))
  const isUnder = (child: number): boolean => {
    const parent = parents.get(child)
    return parent !== undefined && (parent === pid || isUnder(parent))
  }
  return [...parents.keys()].find((child) => isUnder(child) && commandOf(child) === entry.join(' '))
}

function parentOf(name: string): readonly (readonly [number, number])[] {
  if (!/^\d+$/.test(name)) return []
  const parent = /\) \S (\d+)/.exec(readProc(`${name}/stat`))?.[1]
  return parent === undefined ? [] : [[Number(name), Number(parent)]]
}

function commandOf(pid: number): string {
  return readProc(`${pid}/cmdline`).split('\0').join(' ').trim()
}

function readProc(path: string): string {
  try {
    return readFileSync(join('/proc', path), 'utf8')
  } catch {
    // It ended since it was listed.
    return ''
  }
}
