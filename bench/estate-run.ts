import { runEstate } from './estate.ts'
import type { Estate } from './estate.ts'

/** Carries out the estate that it is given as JSON, in this process, and tells as JSON what that took. */
const estate: Estate = JSON.parse(process.argv[2]!)
process.stdout.write(JSON.stringify(await runEstate(estate)))
