/** `node:assert/strict` in a browser: what our sources use of it. */
export default function assert(condition: unknown, message = 'an assertion failed'): asserts condition {
  if (condition === true || (condition !== false && Boolean(condition))) return
  throw new Error(message)
}
