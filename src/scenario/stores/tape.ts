import { z } from 'zod'
import { quantity } from '../quantities/quantity.ts'
import { TAPE_TIMES, tapeGenerations } from '../reference-data/tape.ts'
import { durationLaw } from '../schema/distribution.ts'
import { number, section, text } from '../schema/section.ts'
import { formatQuantity } from '../quantities/units.ts'
import { duration, storeReader, usdPerYear } from './reader.ts'

/** Duration of a movement of the robot or a drive. */
const motion = quantity('seconds', { example: '45 s' })
const usd = quantity('usd', { example: '$90' })

const vault = section({
  pickup: text('"Fri 10:00"'),
  transit: duration.optional(),
  recall: durationLaw,
  rebuild: duration,
  'pickup-cost': usd.optional(),
  'recall-cost': usd.optional(),
})

export const tape = storeReader({
  kind: 'tape',
  fields: {
    generation: z.literal(Object.keys(tapeGenerations)),
    'drive-rate': quantity('bytesPerSecond', { example: '400 MB/s', positive: true }).optional(),
    'cartridge-size': quantity('bytes', { example: '18 TB', positive: true }).optional(),
    drives: number({ min: 1, whole: true, example: '2' }),
    cartridges: number({ min: 1, whole: true, example: '40' }),
    robot: motion.optional(),
    load: motion.optional(),
    locate: motion.optional(),
    rewind: motion.optional(),
    pools: z.enum(['shared', 'dataset']).default('shared'),
    expiry: duration.optional(),
    vault: vault.optional(),
    cost: usdPerYear.optional(),
    'cartridge-cost': usd.optional(),
  },
  read(written, { name, site, latency_s = 0, assume, problem, law, schedule, price }) {
    if (written.vault !== undefined && (written.expiry ?? 0) === 0) {
      problem(['vault'], 'needs expiry: cartridges stay in the vault until they have expired; add expiry: 28 d', 'key')
    }
    const generation = tapeGenerations[written.generation]
    if (generation === undefined) throw new Error(`the schema let the generation ${written.generation} through`)
    const { 'drive-rate': ownRate, 'cartridge-size': ownSize } = written
    const drive_bytesPerSecond = ownRate ?? generation.drive_bytesPerSecond
    const cartridge_bytes = ownSize ?? generation.cartridge_bytes
    const rate = formatQuantity(drive_bytesPerSecond, 'bytesPerSecond')
    const isOwn = ownRate !== undefined && ownSize !== undefined
    assume(
      'generation',
      `${written.generation}: ${formatQuantity(cartridge_bytes, 'bytes')}, ${rate}`,
      isOwn ? undefined : generation,
    )
    const times = {
      robot_s: written.robot ?? TAPE_TIMES.robot_s,
      load_s: written.load ?? TAPE_TIMES.load_s,
      locate_s: written.locate ?? TAPE_TIMES.locate_s,
      rewind_s: written.rewind ?? TAPE_TIMES.rewind_s,
    }
    const said = [written.robot, written.load, written.locate, written.rewind]
    const { robot_s, load_s, locate_s, rewind_s } = times
    const text_s = `robot ${robot_s} s, load ${load_s} s, locate ${locate_s} s, rewind ${rewind_s} s`
    assume('times', text_s, said.includes(undefined) ? TAPE_TIMES : undefined)
    return {
      kind: 'tape',
      name,
      site,
      read_bytesPerSecond: Infinity,
      write_bytesPerSecond: Infinity,
      latency_s,
      drives: written.drives,
      cartridges: written.cartridges,
      cartridge_bytes,
      drive_bytesPerSecond,
      ...times,
      pools: written.pools,
      expiry_s: written.expiry ?? 0,
      ...(written.vault === undefined
        ? {}
        : {
            vault: {
              pickup: schedule('vault', written.vault.pickup),
              transit_s: written.vault.transit ?? 0,
              recall: law('vault', written.vault.recall),
              rebuild_s: written.vault.rebuild,
              usdPerPickup: written.vault['pickup-cost'] ?? price('tape', 'pickup') ?? 0,
              usdPerRecall: written.vault['recall-cost'] ?? price('tape', 'recall') ?? 0,
            },
          }),
      usdPerYear: written.cost ?? 0,
      usdPerCartridge: written['cartridge-cost'] ?? price('tape', 'cartridge') ?? 0,
    }
  },
})
