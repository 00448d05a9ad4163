/** V8 copies out of memory that threads share word by word, and byte by byte, ten times as slowly, where words do not lie alike. */
const WORD_BYTES = 8

/** How bytes lie in words: what is copied to where it lies alike is copied quickly. */
export const alignment = ({ byteOffset }: Uint8Array): number => byteOffset % WORD_BYTES
