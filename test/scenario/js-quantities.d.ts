declare module 'js-quantities' {
  /** The part of js-quantities that the tests use. */
  export default class Qty {
    constructor(text: string)
    readonly scalar: number
    to(unit: string): Qty
  }
}
