import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const credentialCompromise = hazardReader({
  kind: 'credential-compromise',
  fields: { target: reference('a credential or store'), from: reference('a node') },
  refers: ({ target, from }) => [
    { field: ['target'], name: target, to: ['credentials or stores'] },
    { field: ['from'], name: from, to: ['nodes'] },
  ],
  read: ({ target, from }, { common }) => ({ kind: 'credential-compromise', ...common, target, from }),
})
