import { createHmac } from 'node:crypto'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { nativeKeyedHash } from '../../../src/adapters/real/native-hmac.ts'

const bytes = fc.uint8Array({ maxLength: 300 })
const keys = fc.uint8Array({ minLength: 1, maxLength: 100 })

// Node's own binary lets OpenSSL be called; where koffi is not installed there is nothing to show.
describe.runIf(nativeKeyedHash() !== undefined)("an HMAC that is taken past Node's own bindings", () => {
  const hash = nativeKeyedHash()!

  test.prop([fc.array(fc.tuple(keys, bytes, fc.nat(3)), { minLength: 1, maxLength: 10 }), keys])(
    'is that of Node, whatever keys and messages came before',
    (messages, key) => {
      for (const [other, message, repeated] of messages)
        for (const [mine, content] of [
          [key, message],
          [repeated > 1 ? Uint8Array.from(key) : other, message],
          [other, new Uint8Array(new SharedArrayBuffer(repeated * 1000))],
        ] as const) {
          const into = new Uint8Array(50).fill(9)
          hash(mine, content, into, 7)
          const expected = createHmac('sha256', mine).update(content).digest('hex')
          expect(Buffer.from(into).toString('hex')).toBe(`${'09'.repeat(7)}${expected}${'09'.repeat(11)}`)
        }
    },
  )
})
