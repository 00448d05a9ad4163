/**
 * Number of sampled runs of bytes, spread from end to end. Sampling every n-th byte would mistake the columns of a
 * table for noise.
 */
const RUNS = 16
const RUN_BYTES = 512
const SAMPLE = RUNS * RUN_BYTES

/**
 * Chi-square of 256 equally likely bytes has 255 degrees of freedom: mean 255, standard deviation sqrt(510) = 22.6.
 * Chance exceeds six of these above the mean once in ten million times; text and programs exceed it by factors of
 * hundreds.
 */
const CHI_SQUARE_AT_MOST = 255 + 6 * 22.6

const counts = new Uint32Array(256)

/**
 * Whether content has the statistics of noise, like encrypted or compressed data, so that compressing it would be
 * futile. False for content that is too short to tell. Repetitions farther apart than a run are not detected.
 */
export function looksRandom(content: Uint8Array): boolean {
  if (content.length < 4 * SAMPLE) return false
  counts.fill(0)
  const step = Math.floor((content.length - RUN_BYTES) / (RUNS - 1))
  for (let run = 0; run < RUNS; run++) {
    const end = run * step + RUN_BYTES
    for (let at = run * step; at < end; at++) counts[content[at]!]!++
  }
  let squares = 0
  for (let byte = 0; byte < 256; byte++) squares += counts[byte]! ** 2
  return (squares * 256) / SAMPLE - SAMPLE <= CHI_SQUARE_AT_MOST
}
