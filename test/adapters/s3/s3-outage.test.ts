import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { expect, it } from 'vitest'
import { s3Store } from '../../../src/adapters/s3/s3-store.ts'
import { StoreUnavailableError } from '../../../src/engine/errors.ts'

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
  const answer = store.stat('config')
  const stranger = newStore().stat('config')
  await expect(stranger).rejects.toThrow(StoreUnavailableError)
  await new Promise((resolve) => setTimeout(resolve, 2000))
  const second = await listening(port)
  expect(await answer).toMatchObject({ size: 1 })
  second.close()
})
