import type { CommandModule } from 'yargs'
import { auditCommand } from './repo/audit.ts'
import { backupCommand } from './repo/backup.ts'
import { catCommand } from './repo/cat.ts'
import { findCommand } from './repo/find.ts'
import { onNamedRepository } from './repo/named-repository.ts'
import { tagCommand } from './repo/tag.ts'
import { checkCommand } from './repo/check.ts'
import { forgetCommand } from './repo/forget.ts'
import { dumpCommand } from './repo/dump.ts'
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
