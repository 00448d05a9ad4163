import type { CommandModule } from 'yargs'
import { auditCommand } from './audit.ts'
import { backupCommand } from './backup.ts'
import { catCommand } from './cat.ts'
import { findCommand } from './find.ts'
import { onNamedRepository } from './named-repository.ts'
import { tagCommand } from './tag.ts'
import { checkCommand } from './check.ts'
import { forgetCommand } from './forget.ts'
import { dumpCommand } from './dump.ts'
import { copyCommand } from './copy.ts'
import { diffCommand } from './diff.ts'
import { keyCommand } from './key.ts'
import { repairCommand } from './repair.ts'
import { statsCommand } from './stats.ts'
import { initCommand } from './init.ts'
import { listCommand } from './ls.ts'
import { synthesiseCommand } from './synthesise.ts'
import { lockCommand } from './lock.ts'
import { pruneCommand } from './prune.ts'
import { restoreCommand } from './restore.ts'
import { verifyCommand } from './verify.ts'
import { snapshotsCommand } from './snapshots.ts'

/** `firedrill repo`: the engine on real directories. One file a command. */
export const repoCommand: CommandModule = {
  command: 'repo',
  describe: 'Back up and restore real directories, with the same engine',
  builder: (yargs) =>
    yargs
      .command(onNamedRepository(initCommand))
      .command(onNamedRepository(backupCommand))
      .command(onNamedRepository(snapshotsCommand))
      .command(onNamedRepository(listCommand))
      .command(onNamedRepository(findCommand))
      .command(onNamedRepository(catCommand))
      .command(onNamedRepository(dumpCommand))
      .command(onNamedRepository(restoreCommand))
      .command(onNamedRepository(verifyCommand))
      .command(onNamedRepository(checkCommand))
      .command(onNamedRepository(forgetCommand))
      .command(onNamedRepository(pruneCommand))
      .command(onNamedRepository(copyCommand))
      .command(onNamedRepository(synthesiseCommand))
      .command(onNamedRepository(diffCommand))
      .command(onNamedRepository(tagCommand))
      .command(keyCommand)
      .command(onNamedRepository(lockCommand))
      .command(onNamedRepository(repairCommand))
      .command(onNamedRepository(statsCommand))
      .command(auditCommand)
      .demandCommand(1, 'Say what to do with the repository: a command is missing.')
      .strict()
      .epilog(
        'The repository is the first argument of each command, unless --repository (-r) or FIREDRILL_REPOSITORY names it.' +
          ' The password is read from --password-file or --password-command, else from FIREDRILL_PASSWORD,' +
          ' FIREDRILL_PASSWORD_FILE or FIREDRILL_PASSWORD_COMMAND, else asked for on the terminal.',
      ),
  handler() {},
}
