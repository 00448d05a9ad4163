import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { BACKUPS_ATTACKED, RANSOMWARE_DWELL } from '../reference-data/incidents.ts'
import { durationLaw } from '../schema/distribution.ts'
import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const ransomware = hazardReader({
  kind: 'ransomware',
  fields: {
    target: reference('a site'),
    dwell: durationLaw.optional(),
    credentials: z.array(reference('a credential, store or node')).optional(),
    entry: reference('a node').optional(),
    spread: durationLaw.optional(),
    encryption: quantity('bytesPerSecond', { example: '100 MB/s', positive: true }).optional(),
    attack: quantity('share', { example: '93 %', max: { value: 1, text: '100 %' } }).optional(),
  },
  refers: ({ target, credentials, entry }) => [
    { field: ['target'], name: target, to: ['sites'] },
    ...credentials.map((name, index) => ({
      field: ['credentials', index],
      name,
      to: ['credentials, stores or nodes'] as const,
    })),
    ...(entry === undefined ? [] : [{ field: ['entry'], name: entry, to: ['nodes'] as const }]),
  ],
  read({ target, dwell, credentials, entry, spread, encryption, attack }, { common, law, assume }) {
    // Credentials that are listed are meant to be used; those found on machines are used as often as attackers do on
    // average.
    const found = credentials === undefined ? BACKUPS_ATTACKED.share : 1
    if (attack === undefined && credentials === undefined) {
      assume('attack', `${100 * BACKUPS_ATTACKED.share} % of the intruders go for the backups`, BACKUPS_ATTACKED)
    }
    return {
      kind: 'ransomware',
      ...common,
      target,
      dwell: law('dwell', dwell, RANSOMWARE_DWELL),
      credentials: credentials ?? [],
      ...(entry === undefined ? {} : { entry }),
      ...(spread === undefined ? {} : { spread: law('spread', spread) }),
      ...(encryption === undefined ? {} : { encryption_bytesPerSecond: encryption }),
      attack: attack ?? found,
    }
  },
})
