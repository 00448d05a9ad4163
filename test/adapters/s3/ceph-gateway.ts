import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A real S3 server of this machine's own. */
export interface S3Server {
  /** 'http://127.0.0.1:…' */
  readonly endpoint: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  stop(): Promise<void>
}

const credentials = { accessKeyId: 'FIREDRILLTEST', secretAccessKey: 'no-secret-at-all' }

/**
 * Starts a Ceph cluster of one node that keeps everything in memory, on loopback, and its S3 gateway: a monitor, an object
 * storage daemon and radosgw (Debian packages ceph-mon, ceph-osd, radosgw). Takes about 6 s.
 * @throws Error with the daemons' words when it does not come up
 */
export async function startCephGateway(): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), 'firedrill-ceph-'))
  const [monitorPort, gatewayPort] = await freePorts(2)
  const daemons: ChildProcess[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(daemons.reverse().map(stopped))
    rmSync(directory, { recursive: true, force: true })
  }
  try {
    const cluster = randomUUID()
    const monitor = `v2:127.0.0.1:${monitorPort}`
    for (const folder of ['osd', 'run']) mkdirSync(join(directory, folder))
    const configuration = join(directory, 'ceph.conf')
    writeFileSync(configuration, cephConfiguration(directory, cluster, monitor, gatewayPort!))
    const run = (program: string, ...words: string[]): void => runToEnd(program, ['-c', configuration, ...words])
    const start = (program: string, ...words: string[]): void => {
      const output = openSync(join(directory, `${program}.out`), 'w')
      daemons.push(spawn(program, ['-c', configuration, '-f', ...words], { stdio: ['ignore', output, output] }))
    }
    const map = join(directory, 'monmap')
    runToEnd('monmaptool', ['--create', '--fsid', cluster, '--addv', 'a', `[${monitor}]`, map])
    run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map)
    start('ceph-mon', '-i', 'a')
    const disk = randomUUID()
    run('ceph', '--connect-timeout', '20', 'osd', 'new', disk)
    run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk)
    start('ceph-osd', '-i', '0')
    const { accessKeyId, secretAccessKey } = credentials
    run(
      'radosgw-admin',
      '-n',
      'client.rgw',
      'user',
      'create',
      '--uid=test',
      '--display-name=test',
      `--access-key=${accessKeyId}`,
      `--secret-key=${secretAccessKey}`,
    )
    start('radosgw', '-n', 'client.rgw')
    const endpoint = `http://127.0.0.1:${gatewayPort}`
    await answering(endpoint, () => readFileSync(join(directory, 'radosgw.out'), 'utf8'))
    return { endpoint, credentials, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** No keys between the daemons, one copy of everything, in memory, and no waiting for others to agree. */
function cephConfiguration(directory: string, cluster: string, monitor: string, gatewayPort: number): string {
  return `[global]
fsid = ${cluster}
mon host = ${monitor}
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
ms cluster mode = crc
ms service mode = crc
ms client mode = crc
ms mon client mode = crc
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
osd objectstore = memstore
memstore device bytes = 4294967296
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.02
paxos min wait = 0.01
mon data = ${directory}/mon
osd data = ${directory}/osd
rgw data = ${directory}/rgw
run dir = ${directory}/run
admin socket = ${directory}/run/$name.asok
pid file = ${directory}/run/$name.pid
crash dir = ${directory}/crash
log file = ${directory}/$name.log
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
`
}

function runToEnd(program: string, words: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8', timeout: 60_000 })
  if (error !== undefined && 'code' in error && error.code === 'ENOENT')
    throw new Error(`${program} is missing: install the Debian packages ceph-mon, ceph-osd and radosgw`)
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} failed (${status ?? error?.message}):\n${stderr}`)
}

async function answering(endpoint: string, words: () => string): Promise<void> {
  for (const until_ms = Date.now() + 60_000; Date.now() < until_ms;) {
    try {
      await (await fetch(endpoint)).text()
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  throw new Error(`radosgw does not answer after a minute:\n${words()}`)
}

/** They keep nothing that is wanted, so they need not take their leave. */
function stopped(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null || daemon.pid === undefined) return Promise.resolve()
  return new Promise((resolve) => {
    daemon.once('exit', () => resolve())
    daemon.kill('SIGKILL')
  })
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject)
          server.listen(0, '127.0.0.1', () => {
            const address = server.address()
            if (address !== null && typeof address === 'object') resolve(address.port)
          })
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
