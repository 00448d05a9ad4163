/** `node:path` in a browser: what our sources use of it, for names without folders. */

export function basename(path: string, ending = ''): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return ending !== '' && name.endsWith(ending) ? name.slice(0, -ending.length) : name
}

export function extname(path: string): string {
  return /[^/](\.[^./]*)$/.exec(path)?.[1] ?? ''
}

export function dirname(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.'
}

export function join(...parts: readonly string[]): string {
  return parts.join('/')
}

export function resolve(...parts: readonly string[]): string {
  return parts.join('/')
}
