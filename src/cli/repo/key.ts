import type { Argv, CommandModule } from 'yargs'
import { ROLES, addKey, listKeys, removeKey } from '../../engine/index.ts'
import type { Role } from '../../engine/index.ts'
import { instant } from '../../report/text/human.ts'
import { UsageError } from '../exit.ts'
import { open, repositoryOptions } from './connection.ts'
import type { RepositoryArguments } from './connection.ts'
import { onNamedRepository } from './named-repository.ts'
import { newPassword } from './password.ts'
import { print, shortId, table } from './print.ts'

interface AddArguments extends RepositoryArguments {
  'new-password-file': string | undefined
  role: Role
  for: string
}

interface RemoveArguments extends RepositoryArguments {
  key: string
  'dry-run': boolean
}

const listCommand: CommandModule<object, RepositoryArguments> = {
  command: 'list <repository>',
  describe: 'List keys, whom they are for and what they allow',
  builder: (yargs) => repositoryOptions(yargs),
  async handler(args) {
    const keys = await listKeys(await open(args))
    print(args, keys, () =>
      table([
        ['ID', 'ROLE', 'CREATED', 'FOR'],
        ...keys.map(({ id, role, created, principal }) => [shortId(id), role, instant(created), principal]),
      ]),
    )
  },
}

const addCommand: CommandModule<object, AddArguments> = {
  command: 'add <repository>',
  describe: 'Let another password open the repository',
  builder: (yargs) =>
    repositoryOptions(yargs)
      .option('new-password-file', {
        type: 'string',
        requiresArg: true,
        describe: 'File with the new password in its first line; else FIREDRILL_NEW_PASSWORD, else asked for',
      })
      .option('role', {
        choices: ROLES,
        default: 'administrator' as const,
        describe: 'reader: list and restore; writer: also back up, delete nothing; administrator: everything',
      })
      .option('for', { type: 'string', requiresArg: true, default: '', describe: 'Whose key it is' })
      .example('$0 repo key add /mnt/disk/backups --role writer --for mailserver', 'a key that cannot delete'),
  async handler(args) {
    const repository = await open(args)
    const added = await addKey(repository, {
      password: await newPassword(args.newPasswordFile),
      principal: args.for === '' ? repository.principal : args.for,
      role: args.role,
    })
    print(args, added, () => `Added key ${shortId(added.id)} of a ${added.role} for ${added.principal}`)
  },
}

const removeCommand: CommandModule<object, RemoveArguments> = {
  command: 'remove <repository> <key>',
  describe: 'Take a key away; its password opens the repository no more',
  builder: (yargs) =>
    repositoryOptions(yargs)
      .positional('key', { type: 'string', demandOption: true, describe: 'Id, or its beginning' })
      .option('dry-run', { alias: 'n', type: 'boolean', default: false, describe: 'Only say what would be removed' }),
  async handler(args) {
    const repository = await open(args)
    const found = (await listKeys(repository)).filter(({ id }) => id.startsWith(args.key))
    const [key] = found
    if (key === undefined) throw new UsageError(`there is no key ${args.key}; list them with: firedrill repo key list`)
    if (found.length > 1)
      throw new UsageError(`${args.key} is the beginning of ${found.length} key ids; write more of it`)
    if (!args.dryRun) await removeKey(repository, key.id)
    print(args, key, () => `${args.dryRun ? 'Would remove' : 'Removed'} key ${shortId(key.id)} of ${key.principal}`)
  },
}

/** `firedrill repo key list | add | remove DIR` */
export const keyCommand: CommandModule = {
  command: 'key',
  describe: 'Passwords that open the repository, and what they allow',
  builder: (yargs: Argv) =>
    yargs
      .command(onNamedRepository(listCommand))
      .command(onNamedRepository(addCommand))
      .command(onNamedRepository(removeCommand))
      .demandCommand(1, 'Say what to do with the keys: list, add or remove.')
      .strict(),
  handler() {},
}
