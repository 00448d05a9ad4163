/** A shop with a spare till elsewhere: the smallest scenario with tiers of storage and a standby to choose among. */
export const SHOP = `firedrill: 1
name: A small shop
start: 2026-01-05T00:00:00Z
horizon: 4 d
topology:
  sites: { shop: { region: us-east-1 }, cloud: { region: us-west-2 } }
  nodes:
    till: { site: shop, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
    spare: { site: cloud, cpu: unlimited, disk: { read: unlimited, write: unlimited, capacity: unlimited } }
  stores:
    bucket: { site: cloud, kind: object, class: s3-standard, latency: 0 s }
  links:
    line: { between: [shop, cloud], bandwidth: 10 MB/s }
datasets:
  sales: { node: till, size: 200 MB, files: 4, change: 10 %/day, write-interval: 1 h }
services:
  tills: { needs: [sales], objectives: { rpo: 8 h, rto: 2 h }, penalty: { downtime: $10/h, loss: $10/h } }
recovery: { declare: 10 min, provision: 4 h, verify: 5 min, cut-over: 5 min }
repository: { chunk: 4 MiB, pack: 16 MiB, compression: none }
strategies:
  backup-only:
    jobs:
      - backup: { dataset: sales, to: bucket, at: every 6 h, keep: { dialect: restic, hourly: 8 } }
  standby:
    jobs:
      - replicate: { dataset: sales, to: spare, at: every 1 h }
      - backup: { dataset: sales, to: bucket, at: every 6 h, keep: { dialect: restic, hourly: 8 } }
    recovery: { declare: 10 min, start-standby: 1 h, standby-cost: $100/month, provision: 4 h, verify: 5 min, cut-over: 5 min }
hazards:
  fire: { kind: site, target: shop, rate: 0.1/year, source: a round number, detection: 5 min }
  deletion: { kind: deletion, target: sales, share: 10 %, rate: 1/year, source: a round number, detection: 1 h }
experiment:
  drills: [fire, deletion]
  replications: 5
  warm-up: 1 d
`
