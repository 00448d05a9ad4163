import type { LawDescription } from '../../../src/kernel/index.ts'

/** One law of each kind, in several shapes; with moments worked out apart from the code under test. */
export const CASES: ReadonlyArray<{
  readonly title: string
  readonly law: LawDescription
  readonly mean: number
  readonly variance: number
  readonly continuous: boolean
}> = [
  { title: 'constant', law: { law: 'constant', value: 3 }, mean: 3, variance: 0, continuous: false },
  // (b − a)² / 12
  { title: 'uniform', law: { law: 'uniform', min: 2, max: 8 }, mean: 5, variance: 3, continuous: true },
  { title: 'exponential', law: { law: 'exponential', mean: 24 }, mean: 24, variance: 576, continuous: true },
  // Γ(3) = 2, Γ(5) = 24
  {
    title: 'weibull of clustered failures',
    law: { law: 'weibull', shape: 0.5, scale: 10 },
    mean: 20,
    variance: 2000,
    continuous: true,
  },
  // Rayleigh: Γ(1.5) = √π / 2, Γ(2) = 1
  {
    title: 'weibull with three parameters',
    law: { law: 'weibull', shape: 2, scale: 4, location: 7 },
    mean: 7 + 2 * Math.sqrt(Math.PI),
    variance: 16 * (1 - Math.PI / 4),
    continuous: true,
  },
  // exp(σ² / 2), (exp(σ²) − 1) exp(σ²)
  {
    title: 'lognormal by median and sigma',
    law: { law: 'lognormal', median: 5, sigma: 0.8 },
    mean: 5 * 1.3771277643359572,
    variance: 25 * 1.8964808793049515 * 0.8964808793049515,
    continuous: true,
  },
  // σ = ln(29 / 6) / 1.2815515655446004 = 1.229397554587582
  {
    title: 'lognormal by median and 90 % quantile',
    law: { law: 'lognormal', median: 6, p90: 29 },
    mean: 12.774725426697966,
    variance: 576.588452936345,
    continuous: true,
  },
  { title: 'gamma, clustered', law: { law: 'gamma', shape: 0.3, scale: 10 }, mean: 3, variance: 30, continuous: true },
  { title: 'gamma, regular', law: { law: 'gamma', shape: 7.5, scale: 2 }, mean: 15, variance: 30, continuous: true },
  // ∫ x dF = 1.5 (1 − 1000^-0.5) / 0.5 / (1 − 1000^-1.5); ∫ x² dF = 1.5 (1000^0.5 − 1) / 0.5 / (1 − 1000^-1.5)
  {
    title: 'bounded Pareto',
    law: { law: 'pareto', shape: 1.5, min: 1, max: 1000 },
    mean: (3 * (1 - 1000 ** -0.5)) / (1 - 1000 ** -1.5),
    variance: (3 * (1000 ** 0.5 - 1)) / (1 - 1000 ** -1.5) - ((3 * (1 - 1000 ** -0.5)) / (1 - 1000 ** -1.5)) ** 2,
    continuous: true,
  },
  // mean = ln(4) / (1 − 1/4), ∫ x² dF = 3 / (1 − 1/4)
  {
    title: 'bounded Pareto of shape 1',
    law: { law: 'pareto', shape: 1, min: 1, max: 4 },
    mean: Math.log(4) / 0.75,
    variance: 4 - (Math.log(4) / 0.75) ** 2,
    continuous: true,
  },
  { title: 'empirical', law: { law: 'empirical', values: [4, 1, 1, 10] }, mean: 4, variance: 13.5, continuous: false },
  // 0.2 · 0 + 0.8 · 5; 0.8 · 50 − 4²
  {
    title: 'mixture',
    law: {
      law: 'mixture',
      parts: [
        { share: 0.2, of: { law: 'constant', value: 0 } },
        { share: 0.8, of: { law: 'exponential', mean: 5 } },
      ],
    },
    mean: 4,
    variance: 24,
    continuous: false,
  },
  {
    title: 'mixture of continuous laws',
    law: {
      law: 'mixture',
      parts: [
        { share: 1, of: { law: 'uniform', min: 0, max: 6 } },
        { share: 3, of: { law: 'exponential', mean: 1 } },
      ],
    },
    mean: 1.5,
    variance: (12 + 3 * 2) / 4 - 1.5 ** 2,
    continuous: true,
  },
]
