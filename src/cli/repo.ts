import type { CommandModule } from 'yargs'
import { auditCommand } from './repo/audit.ts'
import { backupCommand } from './repo/backup.ts'
import { catCommand } from './repo/cat.ts'
import { findCommand } from './repo/find.ts'
import { tagCommand } from './repo/tag.ts'
import { checkCommand } from './repo/check.ts'
import { forgetCommand } from './repo/forget.ts'
import { copyCommand } from './repo/copy.ts'
import { diffCommand } from './repo/diff.ts'
import { keyCommand } from './repo/key.ts'
import { repairCommand } from './repo/repair.ts'
import { statsCommand } from './repo/stats.ts'
import { initCommand } from './repo/init.ts'
import { listCommand } from './repo/ls.ts'
import { synthesiseCommand } from './repo/synthesise.ts'
import { lockCommand } from './repo/lock.ts'
import { pruneCommand } from './repo/prune.ts'
import { restoreCommand } from './repo/restore.ts'
import { verifyCommand } from './repo/verify.ts'
import { snapshotsCommand } from './repo/snapshots.ts'

/** `firedrill repo`: the engine on real directories. One file a command. */
export const repoCommand: CommandModule = {
  command: 'repo',
  describe: 'Back up and restore real directories, with the engine that is simulated',
  builder: (yargs) =>
    yargs
      .command(initCommand)
      .command(backupCommand)
      .command(snapshotsCommand)
      .command(listCommand)
      .command(findCommand)
      .command(catCommand)
      .command(restoreCommand)
      .command(verifyCommand)
      .command(checkCommand)
      .command(forgetCommand)
      .command(pruneCommand)
      .command(copyCommand)
      .command(synthesiseCommand)
      .command(diffCommand)
      .command(tagCommand)
      .command(keyCommand)
      .command(lockCommand)
      .command(repairCommand)
      .command(statsCommand)
      .command(auditCommand)
      .demandCommand(1, 'Say what to do with the repository: a command is missing.')
      .strict()
      .epilog(
        'The password is read from --password-file or --password-command, else from FIREDRILL_PASSWORD,' +
          ' FIREDRILL_PASSWORD_FILE or FIREDRILL_PASSWORD_COMMAND, else asked for on the terminal.',
      ),
  handler() {},
}
