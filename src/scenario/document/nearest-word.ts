/** Terms that people use for backups, with the words of the scenario language for them. */
const SPOKEN: Readonly<Record<string, readonly string[]>> = {
  kind: ['type'],
  disk: ['nas', 'san', 'local', 'filesystem', 'directory', 'block'],
  object: ['s3', 'bucket', 'blob', 'cloud', 'gcs', 'azure', 'azure-blob', 'minio'],
  tape: ['lto', 'tape-library', 'vtl'],
  courier: ['usb', 'usb-disk', 'snowball', 'disk-by-mail'],
  site: ['fire', 'flood', 'earthquake', 'building', 'site-loss', 'disaster'],
  deletion: [
    'delete',
    'accidental-delete',
    'deleted',
    'accident',
    'human-error',
    'accidental-deletion',
    'user-error',
    'rm',
  ],
  ransomware: ['malware', 'attack', 'cryptolocker', 'encryption'],
  'bit-rot': ['corruption', 'silent-corruption'],
  'node-crash': ['crash', 'server-crash', 'power-failure'],
  'link-outage': ['wan-outage', 'network-outage', 'internet-outage'],
  run: ['simulate', 'exec', 'execute', 'test', 'report'],
  out: ['output', 'report', 'o', 'folder', 'dir', 'directory', 'results'],
  replications: ['drills', 'n', 'runs', 'iterations', 'samples', 'repeat'],
  replication: ['drill', 'incident'],
  threads: ['workers', 'jobs', 'j', 'parallel', 'cores'],
  losses: ['risk', 'durability', 'loss'],
  new: ['init', 'create', 'start', 'example', 'examples'],
  check: ['validate', 'lint', 'verify'],
  snapshot: ['forever', 'forever-incremental', 'incremental-forever', 'deduplicated', 'dedup'],
  incremental: ['inc', 'incr'],
  differential: ['diff'],
  'reverse-incremental': ['reverse', 'reversed', 'reverse-incr'],
  synthesise: ['synthetic', 'synthetic-full', 'synthesize'],
  replicate: ['replication', 'replica', 'mirror'],
  journal: ['cdp', 'continuous'],
  log: ['wal', 'pitr', 'log-shipping', 'archive-log'],
  prune: ['forget', 'merge', 'gc', 'garbage-collection'],
  verify: ['check', 'scrub'],
  drill: ['restore-test', 'test-restore', 'rehearsal'],
  keep: ['retention', 'retain', 'points', 'copies'],
  lock: ['immutable', 'immutability', 'object-lock', 'worm', 'retain-until'],
  at: ['schedule', 'cron', 'when', 'time', 'start'],
  to: ['target', 'destination', 'dest'],
  store: ['to', 'target', 'repository', 'repo'],
  dataset: ['source', 'data'],
  from: ['source', 'origin'],
  window: ['timeout', 'max-duration', 'deadline', 'backup-window'],
  limit: ['throttle', 'bwlimit', 'rate-limit', 'bandwidth', 'max-rate'],
  retry: ['retries', 'attempts'],
  times: ['count', 'attempts', 'retries'],
  wait: ['delay', 'interval', 'backoff'],
  timeout: ['rpo', 'archive-timeout'],
  dns: ['dns-ttl', 'ttl', 'dns-delay'],
  last: ['keep', 'count', 'keep-last', 'snapshots'],
  hourly: ['keep-hourly', 'hours'],
  daily: ['keep-daily', 'days', 'son', 'sons'],
  weekly: ['keep-weekly', 'weeks', 'father', 'fathers'],
  monthly: ['keep-monthly', 'months', 'grandfather', 'grandfathers'],
  yearly: ['keep-yearly', 'years', 'annual'],
  gfs: ['veeam', 'grandfather-father-son'],
  stop: ['kill', 'abort', 'cancel'],
  finish: ['continue', 'run-over'],
  bandwidth: ['speed', 'throughput'],
  latency: ['rtt', 'delay', 'ping'],
  'xeon-4core': [
    'intel i3',
    'intel i5',
    'intel i7',
    'i3',
    'i5',
    'i7',
    '4 cores',
    '2 cores',
    'intel',
    'quad-core',
    '4',
    '2',
  ],
  'xeon-8core': ['8 cores', '6 cores', 'xeon', 'intel i9', 'i9', 'ryzen', 'amd', '8', '6'],
  'xeon-16core': ['16 cores', '12 cores', '24 cores', '32 cores', 'epyc', 'threadripper', '16', '12', '24', '32'],
  's3-glacier-flexible': ['glacier', 's3-glacier'],
  's3-glacier-deep-archive': ['deep-archive', 'glacier-deep-archive'],
}

/** The words that a term may stand for. */
const MEANINGS = Map.groupBy(
  Object.entries(SPOKEN).flatMap(([meant, spoken]) => spoken.map((word) => ({ word, meant }))),
  ({ word }) => word,
)

/**
 * The word that was probably meant: equal except for case, the language's word for the term, the only one with this
 * beginning, or the one with the fewest typing mistakes, if these are few for the word's length. Undefined when nothing
 * is near.
 */
export function nearestWord(word: string, words: Iterable<string>): string | undefined {
  const candidates = [...words]
  // 'STANDARD_IA' and 'standard ia' are spelt as the words of the language are.
  const lower = word.toLowerCase()
  const hyphened = lower.replaceAll(/[_ ]+/g, '-')
  const meaning = MEANINGS.get(lower)?.find(({ meant }) => candidates.includes(meant))
  if (meaning !== undefined) return meaning.meant
  // 'vm' for 'vm-images', where nothing else begins with it.
  const [begun, ...others] = candidates.filter((candidate) =>
    ['-', '_'].some((joint) => candidate.toLowerCase().startsWith(lower + joint)),
  )
  if (begun !== undefined && others.length === 0) return begun
  // 'standard-ia' for 's3-standard-ia', where nothing else ends with it.
  const [ended, ...more] = candidates.filter((candidate) => candidate.toLowerCase().endsWith(`-${hyphened}`))
  if (ended !== undefined && more.length === 0) return ended
  let nearest: string | undefined
  // One mistake in three letters is a typo; more is another word.
  let fewest = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    if (candidate.toLowerCase() === lower) return candidate
    const mistakes = typingMistakes(lower, candidate.toLowerCase())
    if (mistakes < fewest) {
      fewest = mistakes
      nearest = candidate
    }
  }
  return nearest
}

/** "; did you mean 'x'?", or nothing when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const nearest = nearestWord(word, candidates)
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`
}

/**
 * The least number of letters to add, leave out, change, or swap with the next, to turn one word into the other.
 * Source: Damerau, CACM 7 (1964) 171-176, in the form of optimal string alignment.
 */
function typingMistakes(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let mistakes = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + same)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) mistakes = Math.min(mistakes, at(before, j - 2) + 1)
      row.push(mistakes)
    }
    before = above
    above = row
  }
  return at(above, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
