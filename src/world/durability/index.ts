/** How long data survives on media that fail and are repaired: by simulation, and in closed form where there is one. */
export { halfLife, playAuditedCopies } from './audited-copies.ts'
export type { Audit, AuditedCopies } from './audited-copies.ts'
export { lifespan, meanTimeToLoss, survival } from './birth-death.ts'
export type { MarkovGroup } from './birth-death.ts'
export { LifeSimulator, MISSIONS_PER_BLOCK, playBlock } from './redundancy-groups.ts'
export type { LatentErrors, Life, MissionCount, RedundancyGroups } from './redundancy-groups.ts'
