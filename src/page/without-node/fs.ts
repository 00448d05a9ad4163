/** `node:fs` in a browser, where there is none: a scenario must not ask for directories. */

function nothing(): never {
  throw new Error('a page in a browser reads no files')
}

export const readFile = nothing
export const readdir = nothing
export const stat = nothing
export const statSync = nothing
export const readFileSync = nothing
