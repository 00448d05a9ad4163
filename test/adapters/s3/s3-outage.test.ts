import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { expect, it } from 'vitest'
import { s3Store } from '../../../src/adapters/s3/s3-store.ts'
import { BlobNotFoundError, StoreUnavailableError } from '../../../src/engine/errors.ts'

/** Says of every object that it has one byte. */
async function listening(port: number): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': '1', 'last-modified': new Date(0).toUTCString(), connection: 'close' })
    response.end()
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

it('outlives a store that is started anew; one that never answered is given up soon', { timeout: 60_000 }, async () => {
  const first = await listening(0)
  const address = first.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' }
  const newStore = () =>
    s3Store({ endpoint: `http://127.0.0.1:${port}`, bucket: 'bucket', prefix: '' }, { credentials })
  const store = newStore()
  expect(await store.stat('config')).toMatchObject({ size: 1 })
  first.close()
  // Longer than the 0.1 + 0.2 + 0.4 + 0.8 s that the four attempts after a first one wait at most.
  // Many at once, as packs are: each has attempts of its own.
  const answers = Promise.all(Array.from({ length: 16 }, () => store.stat('config')))
  const stranger = newStore().stat('config')
  await expect(stranger).rejects.toThrow(StoreUnavailableError)
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const second = await listening(port)
  expect(await answers).toHaveLength(16)
  second.close()
})

it('is asked once for what is not there, though the clock of this machine is wrong', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method}`)
    // The first request is signed with the wrong time; the client learns the right one by the answer.
    const status = asked.length === 1 ? 403 : 404
    response.writeHead(status, { date: new Date(Date.now() - 7_200_000).toUTCString(), connection: 'close' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const store = s3Store(
    { endpoint: `http://127.0.0.1:${port}`, bucket: 'bucket', prefix: '' },
    { credentials: { accessKeyId: 'a', secretAccessKey: 'b' } },
  )
  await expect(store.stat('config')).rejects.toThrow(BlobNotFoundError)
  await expect(store.stat('config')).rejects.toThrow(BlobNotFoundError)
  expect(asked).toHaveLength(3)
  server.close()
})
