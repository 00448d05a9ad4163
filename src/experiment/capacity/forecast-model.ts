/** What was measured when: seconds since 1970, bytes. */
export interface Measurement {
  readonly time: number
  readonly bytes: number
}

/** Goes on from a history, which is in order of time and has two measurements at least. */
export interface ForecastModel {
  readonly name: string
  /** @returns the value at a time after the history */
  fit(history: readonly Measurement[]): (time: number) => number
}
