import { reference } from '../schema/section.ts'
import { hazardReader } from './reader.ts'

export const credentialCompromise = hazardReader({
  kind: 'credential-compromise',
  fields: { target: reference('a credential, store or node'), from: reference('a node') },
  refers: ({ target, from }) => [
    { field: ['target'], name: target, to: ['credentials, stores or nodes'] },
    { field: ['from'], name: from, to: ['nodes'] },
  ],
  read: ({ target, from }, { common }) => ({ kind: 'credential-compromise', ...common, target, from }),
})
