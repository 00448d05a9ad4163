import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdirSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../../../src/cli/firedrill.ts')

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

/** Debian keeps the programs of the server away from the path. */
const POSTGRES = ['/usr/lib/postgresql/15/bin', '/usr/lib/postgresql/16/bin', '/usr/lib/postgresql/17/bin'].find((at) =>
  existsSync(join(at, 'initdb')),
)
export const hasPostgres = POSTGRES !== undefined

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port')
  return address.port
}

/** A Redis that writes down every command, and finds them again when it is started once more in the same folder. */
export async function startRedis(port: number, folder: string): Promise<ChildProcess> {
  const words = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--dir', folder]
  const server = spawn('redis-server', words, { stdio: 'ignore' })
  await answers(port)
  return server
}

/** A PostgreSQL with a database of its own. It does not run as root: there it runs as nobody. */
export async function startPostgres(port: number, folder: string): Promise<ChildProcess> {
  const nobody = { uid: 65_534, gid: 65_534 }
  const asNobody = process.getuid?.() === 0 ? nobody : {}
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  if (process.getuid?.() === 0) for (const each of [folder, data]) chownSync(each, nobody.uid, nobody.gid)
  const options = { ...asNobody, cwd: folder, env: { PATH: process.env['PATH'] } }
  const made = spawnSync(join(POSTGRES!, 'initdb'), ['-D', data, '-U', 'firedrill', '-A', 'trust'], {
    ...options,
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(made.stderr)
  const words = [
    '-D',
    data,
    '-p',
    `${port}`,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
  ]
  const server = spawn(join(POSTGRES!, 'postgres'), words, { ...options, stdio: 'ignore' })
  await answers(port)
  return server
}

/** `firedrill worker`, in a process of its own. */
export function startWorker(url: string, patience_s: number): ChildProcess {
  return spawn(process.execPath, [MAIN, 'worker', url, '--threads', '1', '--patience', `${patience_s}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (reached) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nothing answers on port ${port}`)
}
