/** Ctrl-C once: the signal is aborted, and what is complete can be shown. Ctrl-C again: the process ends at once. */
export function onInterrupt(): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController()
  const interrupt = (): void => {
    // The listener is removed, so the next Ctrl-C ends the process as usual.
    end()
    controller.abort()
  }
  const end = (): void => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return { signal: controller.signal, end }
}
