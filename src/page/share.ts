/** What a link of the page carries. */
export interface Shared {
  readonly text: string
  readonly seed: string
  readonly replications: string
}

/** Compressed and in the letters of a URL, so that it stands after the `#`, which never leaves the browser. */
export async function toFragment(shared: Shared): Promise<string> {
  const stream = new Blob([JSON.stringify(shared)]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  let binary = ''
  for (const byte of bytes) binary += String.fromCodePoint(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Undefined where the fragment is none of ours, or was cut off on its way. */
export async function fromFragment(fragment: string): Promise<Shared | undefined> {
  if (fragment === '') return undefined
  try {
    const binary = atob(fragment.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (letter) => letter.codePointAt(0) ?? 0)
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    const shared: Record<string, unknown> = JSON.parse(await new Response(stream).text())
    const { text, seed = '', replications = '' } = shared
    if (typeof text !== 'string' || typeof seed !== 'string' || typeof replications !== 'string') return undefined
    return { text, seed, replications }
  } catch {
    return undefined
  }
}
