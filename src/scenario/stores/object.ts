import { z } from 'zod'
import type { ObjectStorePrices } from '../../world/specification.ts'
import type { StorageClass, Transition } from '../../world/stores/index.ts'
import { quantity } from '../quantities/quantity.ts'
import { OBJECT_STORE_LATENCY, objectStoreClasses } from '../reference-data/object-stores.ts'
import type { ObjectStoreClass } from '../reference-data/object-stores.ts'
import { list, section } from '../schema/section.ts'
import { formatQuantity } from '../quantities/units.ts'
import { capacity, duration, rate, storeReader } from './reader.ts'
import type { StoreContext } from './reader.ts'

const storagePrice = quantity('usdPerGBMonth', { example: '$0.0125/GB/month' })
const trafficPrice = quantity('usdPerGB', { example: '$0.09/GB' })
const requestPrice = quantity('usdPerThousand', { example: '$0.005/1000' })
const requestRate = quantity('requestsPerSecond', { example: '3500/s', positive: true })

/** A price, or tiers of prices by volume; the last tier has no `up-to`. */
function tiered<Price extends z.ZodType<number>>(price: Price) {
  return z.union([price, z.array(section({ 'up-to': capacity.optional(), price })).min(1)])
}

const prices = section({
  storage: tiered(storagePrice).optional(),
  put: requestPrice.optional(),
  get: requestPrice.optional(),
  retrieval: trafficPrice.optional(),
  egress: tiered(trafficPrice).optional(),
  'minimum-storage': duration.optional(),
})

/** What a tier takes of requests, and how fast it thaws: what was bought, or an account's quota. */
const retrievalLimit = section({ requests: requestRate.optional(), throughput: rate.optional() })

type RetrievalLimit = z.output<typeof retrievalLimit>

type PricesDocument = z.output<typeof prices>

const className = z.literal(Object.keys(objectStoreClasses))
const tier = z.enum(['expedited', 'standard', 'bulk'])

const NO_PRICES: ObjectStorePrices = {
  storage: [],
  putPerThousand_usd: 0,
  getPerThousand_usd: 0,
  retrievalPerGB_usd: 0,
  egress: [],
  minimumStorage_s: 0,
}

/** Default time for which a thawed object stays readable. */
const STAYS_S = 7 * 86_400

export const object = storeReader({
  kind: 'object',
  fields: {
    class: className.optional(),
    read: rate.optional(),
    write: rate.optional(),
    lock: duration.optional(),
    prices: prices.optional(),
    requests: section({ put: requestRate, get: requestRate }).optional(),
    lifecycle: list(section({ after: duration, class: className })).optional(),
    retrieval: tier.optional(),
    'retrieval-limit': retrievalLimit.optional(),
    'keep-deleted': duration.optional(),
  },
  read(written, context) {
    const { name, site } = context
    const found = written.class === undefined ? undefined : classNamed(written.class, context)
    if (found !== undefined) {
      context.assume('class', `${written.class} in ${found.region}: ${priceText(found.prices)}`, found)
    } else if (written.prices === undefined) {
      context.warn('has neither a class nor prices: its use costs nothing')
    }
    if (context.latency_s === undefined) {
      context.assume('latency', formatQuantity(OBJECT_STORE_LATENCY.value_s, 'seconds'), OBJECT_STORE_LATENCY)
    }
    const { retrieval, 'retrieval-limit': limit } = written
    const asked = { tier: retrieval ?? 'standard', ...(limit === undefined ? {} : { limit }) }
    const lifecycle = lifecycleOf(written.lifecycle ?? [], asked, context)
    const archived = thawOf(written.class ?? 'none', found, asked, ['class'], context)
    const isArchive = [found, ...lifecycle].some((each) => each?.thaw !== undefined)
    for (const key of ['retrieval', 'retrieval-limit'] as const) {
      if (written[key] === undefined || isArchive) continue
      context.problem([key], 'has no effect: no class of this store is an archive; leave it out', 'key')
    }
    if (retrieval === 'expedited' && limit === undefined) {
      context.warn(
        'thaws all packs within minutes, however many: the provider means this tier for some hundred objects, and refuses what it has no ' +
          'capacity for; write what you have bought (retrieval-limit: { throughput: 150 MB/s } is one unit of AWS)',
      )
    }
    return {
      kind: 'object',
      name,
      site,
      class: written.class ?? 'none',
      read_bytesPerSecond: written.read ?? Infinity,
      write_bytesPerSecond: written.write ?? Infinity,
      latency_s: context.latency_s ?? OBJECT_STORE_LATENCY.value_s,
      lock_s: written.lock ?? 0,
      prices: pricesOf(written.prices ?? {}, found?.prices ?? NO_PRICES, context),
      ...archived,
      ...(lifecycle.length === 0 ? {} : { lifecycle }),
      ...(written.requests === undefined
        ? {}
        : { requestRates: { puts_perSecond: written.requests.put, gets_perSecond: written.requests.get } }),
      ...(written['keep-deleted'] === undefined ? {} : { keepsDeleted_s: written['keep-deleted'] }),
    }
  },
})

/** How archives are asked. */
interface Retrieval {
  readonly tier: z.output<typeof tier>
  readonly limit?: RetrievalLimit
}

/** A class with its own prices, or with those of the scenario's price book. */
function classNamed(written: string, { price }: StoreContext): ObjectStoreClass {
  const found = objectStoreClasses[written]
  if (found === undefined) throw new Error(`the schema let the class ${written} through`)
  const of = `classes.${written}` as const
  const [storage, egress] = [price(of, 'storage'), price(of, 'egress')]
  const own = found.prices
  return {
    ...found,
    prices: {
      storage: storage === undefined ? own.storage : [{ upTo_bytes: Infinity, usdPerGBMonth: storage }],
      putPerThousand_usd: price(of, 'put') ?? own.putPerThousand_usd,
      getPerThousand_usd: price(of, 'get') ?? own.getPerThousand_usd,
      retrievalPerGB_usd: price(of, 'retrieval') ?? own.retrievalPerGB_usd,
      egress: egress === undefined ? own.egress : [{ upTo_bytes: Infinity, usdPerGB: egress }],
      minimumStorage_s: own.minimumStorage_s,
    },
  }
}

function lifecycleOf(
  written: readonly { after: number; class: string }[],
  retrieval: Retrieval,
  context: StoreContext,
): Transition[] {
  let before_s = -Infinity
  return written.map(({ after, class: name }, at) => {
    const found = classNamed(name, context)
    if (after <= before_s) {
      context.problem(['lifecycle', at, 'after'], 'is not later than the transition before it; expected ascending ages')
    }
    before_s = after
    const value = `${name} after ${formatQuantity(after, 'seconds')}: ${priceText(found.prices)}`
    context.assume(`lifecycle.${at}`, value, found)
    return {
      class: name,
      prices: found.prices,
      ...thawOf(name, found, retrieval, ['lifecycle', at, 'class'], context),
      after_s: after,
      transitionPerThousand_usd: found.prices.putPerThousand_usd,
    }
  })
}

function thawOf(
  name: string,
  found: ObjectStoreClass | undefined,
  { tier: asked, limit = {} }: Retrieval,
  field: readonly (string | number)[],
  context: StoreContext,
): Pick<StorageClass, 'thaw'> {
  if (found?.thaw === undefined) return {}
  const thaw = found.thaw[asked]
  if (thaw === undefined) {
    const tiers = Object.keys(found.thaw).join(' and ')
    context.problem(['retrieval'], `${name} has no ${asked} retrieval; it has ${tiers}`, 'value')
    return {}
  }
  const { text, ...facts } = thaw
  context.assume([...field, 'retrieval'].join('.'), `${name}, ${asked}: ${text}`, found)
  return {
    thaw: {
      tier: asked,
      ...facts,
      stays_s: STAYS_S,
      ...(limit.requests === undefined ? {} : { requests_perSecond: limit.requests }),
      ...(limit.throughput === undefined ? {} : { bytesPerSecond: limit.throughput }),
    },
  }
}

function pricesOf(written: PricesDocument, base: ObjectStorePrices, context: StoreContext): ObjectStorePrices {
  const result: ObjectStorePrices = {
    storage:
      tiersOf(written.storage)?.map(({ upTo_bytes, price }) => ({ upTo_bytes, usdPerGBMonth: price })) ?? base.storage,
    putPerThousand_usd: written.put ?? base.putPerThousand_usd,
    getPerThousand_usd: written.get ?? base.getPerThousand_usd,
    retrievalPerGB_usd: written.retrieval ?? base.retrievalPerGB_usd,
    egress: tiersOf(written.egress)?.map(({ upTo_bytes, price }) => ({ upTo_bytes, usdPerGB: price })) ?? base.egress,
    minimumStorage_s: written['minimum-storage'] ?? base.minimumStorage_s,
  }
  if (Object.keys(written).length > 0) context.assume('prices', priceText(result))
  return result
}

function tiersOf(written: PricesDocument['storage']): { upTo_bytes: number; price: number }[] | undefined {
  if (written === undefined) return undefined
  if (typeof written === 'number') return [{ upTo_bytes: Infinity, price: written }]
  return written.map((each) => ({ upTo_bytes: each['up-to'] ?? Infinity, price: each.price }))
}

function priceText(of: ObjectStorePrices): string {
  const storage = of.storage.map((each) => each.usdPerGBMonth).join('/') || '0'
  const egress = of.egress.map((each) => Number(each.usdPerGB.toPrecision(4))).join('/') || '0'
  return (
    `$${storage} per GB-month, PUT $${of.putPerThousand_usd} and GET $${of.getPerThousand_usd} per 1000, ` +
    `retrieval $${of.retrievalPerGB_usd} per GB, egress $${egress} per GB, ` +
    `minimum storage ${formatQuantity(of.minimumStorage_s, 'seconds')}`
  )
}
