import type { Server, ServerResponse } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CommandModule } from 'yargs'
import { UsageError } from './exit.ts'

/** The folder that `npm run page` builds. The path is right for src/cli/ and for dist/command/, which are equally deep. */
const FOLDER = fileURLToPath(new URL('../../dist/www/', import.meta.url))
const LARGEST_PORT = 65_535

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
}

/** `firedrill serve` */
export const serveCommand: CommandModule<object, { port: number }> = {
  command: 'serve',
  describe: 'Serve a page that runs scenarios in the browser, to this machine only',
  builder: (yargs) =>
    yargs.option('port', {
      type: 'number',
      default: 8321,
      requiresArg: true,
      describe: 'Port; 0 for any that is free',
    }),
  async handler({ port }) {
    if (!(Number.isInteger(port) && port >= 0 && port <= LARGEST_PORT)) {
      throw new UsageError(`--port takes a whole number from 0 to ${LARGEST_PORT}`)
    }
    const server = await servePage(port)
    const address = server.address()
    const shown = typeof address === 'object' && address !== null ? address.port : port
    process.stdout.write(`http://localhost:${shown}/\n`)
    process.stderr.write('Ctrl+C ends it.\n')
    await new Promise((resolve) => server.once('close', resolve))
  },
}

/**
 * Serves the page to this machine.
 * @param folder that the page was built into
 */
export async function servePage(port: number, folder = FOLDER): Promise<Server> {
  try {
    await readFile(join(folder, 'index.html'))
  } catch {
    throw new Error(`there is no page in ${folder}; build it with: npm run page`)
  }
  // Loaded here, because it takes longer than everything else that a command loads when it starts.
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => {
    const path = pathIn(request.url ?? '/')
    if (path === undefined) return nothingHere(response)
    // No URL leads out of the folder, because normalising it from the root removes every '..'.
    const name = normalize(path === '/' ? '/index.html' : path)
    void answer(join(folder, name), response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`port ${port} is taken; choose another with --port`) : error)
    })
    server.listen(port, 'localhost', resolve)
  })
  return server
}

/** Undefined for what is not a URL, such as `/%`. */
function pathIn(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname)
  } catch {
    return undefined
  }
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  try {
    const content = await readFile(path)
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    response.writeHead(200, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(content)
  } catch {
    nothingHere(response)
  }
}

function nothingHere(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.\n')
}
