/**
 * The settling barrier: calls back once every microtask that is queued, and every one that those queue in turn, has run.
 *
 * On Node a process.nextTick queued from a microtask runs only when the microtask queue is empty; a nextTick queued
 * from a nextTick does not wait, hence the detour. Elsewhere a turn of a MessageChannel is a task of the event loop,
 * before which microtasks are drained by definition. Node is reached through globalThis so that nothing of it is
 * imported.
 */
export interface Barrier {
  /** Calls `then` once all microtasks have settled. */
  settle(): void
  /** Calls `then` after a turn of the real event loop, so that signals, messages and progress are served. */
  breathe(): void
  /** Lets go of the event loop. */
  close(): void
  /** Nothing foreign runs between `settle` and its call: whatever does is work of the simulation. */
  readonly exclusive: boolean
}

interface NodeGlobals {
  process?: { nextTick?: (callback: () => void) => void; versions?: { node?: string } } | undefined
  setImmediate?: ((callback: () => void) => void) | undefined
}

/** As it was when this was loaded: while a simulation runs, timers are watched. */
const HOST = hostOf(globalThis)

export function createBarrier(then: () => void, host: NodeGlobals = HOST): Barrier {
  const nextTick = host.process?.nextTick
  const setImmediate = host.setImmediate
  // Bundlers put a process of their own into browsers, whose nextTick is an ordinary microtask or timer.
  if (nextTick !== undefined && setImmediate !== undefined && host.process?.versions?.node !== undefined) {
    const fromMicrotask = (): void => nextTick(then)
    return {
      settle: () => queueMicrotask(fromMicrotask),
      breathe: () => setImmediate(then),
      close: () => {},
      exclusive: true,
    }
  }
  const channel = new MessageChannel()
  channel.port1.addEventListener('message', then)
  channel.port1.start()
  const turn = (): void => channel.port2.postMessage(null)
  return { settle: turn, breathe: turn, close: () => channel.port1.close(), exclusive: false }
}

function hostOf({ process, setImmediate }: NodeGlobals): NodeGlobals {
  return { process, setImmediate }
}
