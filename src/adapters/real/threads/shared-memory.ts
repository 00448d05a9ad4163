/**
 * V8 copies from shared memory word by word, and, where source and target are aligned differently, byte by byte: ten
 * times as slowly.
 */
const WORD_BYTES = 8

/** Position within a word: data are copied fast to where they have the same alignment. */
export const alignment = ({ byteOffset }: Uint8Array): number => byteOffset % WORD_BYTES
