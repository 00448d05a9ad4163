import { configureGlobal } from 'fast-check'

// A property that fails must fail again for the next person: the seed is fixed and can be changed from outside.
configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 20260105) })
