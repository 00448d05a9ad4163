import { readFileSync, statSync } from 'node:fs'
import { availableParallelism, cpus, hostname, tmpdir } from 'node:os'
import type { CommandModule } from 'yargs'
import { measureDisk, measureStages } from '../adapters/real/measure-machine.ts'
import type { DiskRates, StageRates } from '../adapters/real/measure-machine.ts'
import { UsageError } from './exit.ts'

interface CalibrateArguments {
  directory: string
  sample: string | undefined
  seconds: number
  json: boolean
}

const SAMPLE_LEAST_BYTES = 1024 * 1024
const SECONDS_MOST = 60

/** `firedrill calibrate [DIR]` */
export const calibrateCommand: CommandModule<object, CalibrateArguments> = {
  command: 'calibrate [directory]',
  describe: 'Measure processor and disk of this machine, to describe it as a node of a scenario',
  builder: (yargs) =>
    yargs
      .positional('directory', {
        type: 'string',
        default: tmpdir(),
        describe: 'A directory on the disk to measure; a tenth of what is free is used at most, and given back',
      })
      .option('sample', {
        type: 'string',
        requiresArg: true,
        describe: 'A file like those to back up, of a MiB or more: compression depends on it. Default: a program',
      })
      .option('seconds', { type: 'number', default: 1, requiresArg: true, describe: 'Time for each measurement' })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' })
      .example('$0 calibrate /srv/files --sample /srv/files/scan.pdf', 'paste the result under topology.nodes.NAME'),
  async handler({ directory, sample, seconds, json }) {
    if (!(seconds > 0 && seconds <= SECONDS_MOST))
      throw new UsageError(`--seconds ${seconds}: expected more than 0 and up to ${SECONDS_MOST}`)
    const kind = statSync(directory, { throwIfNoEntry: false })
    if (kind?.isDirectory() !== true) throw new UsageError(`${directory} is not a directory`)
    const content = sampleOf(sample)
    const cores = availableParallelism()
    const stages = measureStages(content, seconds)
    const disk = measureDisk(directory, seconds)
    if (disk.readFromCache)
      process.stderr.write(`warning: ${directory} cannot be read past the cache: its read rate is that of memory\n`)
    const text = json
      ? JSON.stringify({ cores, stages_bytesPerSecond: stages, disk }, undefined, 2)
      : scenarioText(cores, stages, disk)
    process.stdout.write(`${text}\n`)
  },
}

function sampleOf(path: string | undefined): Uint8Array {
  const file = path ?? process.execPath
  let content: Uint8Array
  try {
    content = readFileSync(file)
  } catch (error) {
    throw new UsageError(`cannot read the sample ${file}: ${error instanceof Error ? error.message : ''}`)
  }
  if (content.length < SAMPLE_LEAST_BYTES)
    throw new UsageError(`the sample ${file} has ${content.length} bytes; expected a MiB or more`)
  // A program begins with its tables, so the sample is taken from the middle, which is like the rest.
  const start = path === undefined ? Math.floor(content.length / 2) : 0
  return content.subarray(start)
}

/** The rates as they are written for a node of a scenario. */
function scenarioText(cores: number, stages: StageRates, disk: DiskRates): string {
  const [processor] = cpus()
  const rates = Object.entries(stages).map(([stage, rate]) => `${stage}: ${rateText(rate)}`)
  return [
    `# ${hostname()}: ${processor?.model.trim() ?? 'processor unknown'}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`,
    `cpu: { cores: ${cores}, ${rates.join(', ')} }`,
    `disk: { read: ${rateText(disk.read)}, write: ${rateText(disk.write)}, capacity: ${Math.round(disk.capacity_bytes / 1e9)} GB, scan: ${Math.round(disk.scan_entriesPerSecond / 1000)} k/s }`,
  ].join('\n')
}

/** '1.71 GB/s', '203 MB/s' */
function rateText(bytesPerSecond: number): string {
  const [unit, name] = bytesPerSecond >= 1e9 ? [1e9, 'GB/s'] : [1e6, 'MB/s']
  return `${Number((bytesPerSecond / unit).toPrecision(3))} ${name}`
}
