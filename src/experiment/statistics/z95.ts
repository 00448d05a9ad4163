/** Standard normal quantile of 0.975. */
export const Z95 = 1.959963984540054
