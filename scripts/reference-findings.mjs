// What docs/reference/rules.md says of findings that are not rules of their own. A test compares the codes with the sources.
export const findings = {
  P007: {
    group: 'Rules',
    what: 'A migration that no plan names although plans name others of its folder, and that no group or database of the deploy config has. Found in the SQL file itself. An information.',
    mend: 'Add it to a plan, or delete it. `"rules": { "P007": "off" }` in the deploy config switches it off.',
  },
  JSON_SYNTAX: {
    group: 'Form',
    what: 'The text is not JSON: a comma, quote or bracket is missing or too many. Plan documents are strict JSON, without comments.',
    mend: 'Correct the place that is named; the editor offers a fix for the usual slips.',
  },
  JSON_DUPLICATE_KEY: { group: 'Form', what: 'A key stands twice in one object.', mend: 'Remove one of the two.' },
  JSON_TOO_DEEP: {
    group: 'Form',
    what: 'More than 100 levels of brackets.',
    mend: 'Remove the ones that are too many.',
  },
  SCHEMA_MISSING: { group: 'Form', what: 'A key that must be there is not.', mend: 'Add it; the editor inserts it.' },
  SCHEMA_UNKNOWN_KEY: {
    group: 'Form',
    what: 'A key that the format does not know, or that belongs to another kind of step or check.',
    mend: 'Correct its spelling or remove it.',
  },
  SCHEMA_UNKNOWN_TYPE: {
    group: 'Form',
    what: 'A `type` of step or check that does not exist.',
    mend: 'Use one of the types that the message lists.',
  },
  SCHEMA_TYPE: {
    group: 'Form',
    what: 'A value of the wrong sort, such as text where a number must stand.',
    mend: 'Write what the message asks for.',
  },
  SCHEMA_VALUE: {
    group: 'Form',
    what: 'A value that is not possible there: an unknown word, text of the wrong form, a number out of bounds.',
    mend: 'Write one of the values that the message names.',
  },
  SCHEMA_NAME: {
    group: 'Form',
    what: 'The name of a connection or the id of a target that cannot be one.',
    mend: 'Rename it.',
  },
  SCHEMA_LITERAL_PASSWORD: {
    group: 'Form',
    what: 'A password in clear in the deploy config. The message does not repeat it.',
    mend: 'Write `${env:NAME}` or `${secret:NAME}`, and change the password: it was in a file.',
  },
  UNKNOWN_RULE: {
    group: 'Form',
    what: 'The section `rules` of the deploy config names a rule that does not exist. A warning.',
    mend: 'Use a code or word of this page or of [the danger report](danger-rules.md). The editor offers the nearest one.',
  },
  RULE_FIXED: {
    group: 'Form',
    what: 'The section `rules` of the deploy config changes a rule that says why a plan cannot run. A warning: it has no effect.',
    mend: 'Remove the entry and mend what the rule finds.',
  },
  FILE_UNREADABLE: {
    group: 'Form',
    what: 'The file does not exist, lies outside the project, is a folder or cannot be read.',
    mend: 'Name a file of the project.',
  },
  RULE_FAILED: {
    group: 'Form',
    what: 'A rule broke off because of a defect of its own; the others have judged. A warning.',
    mend: 'Report it with the document.',
  },
  SCRIPT_UNREADABLE: {
    group: 'Scripts',
    what: 'A script is there and cannot be read.',
    mend: 'Look at its permissions.',
  },
  SCRIPT_NOT_A_FILE: { group: 'Scripts', what: 'The path of a script is that of a folder.', mend: 'Name a file.' },
  SQL_UNTERMINATED: {
    group: 'Scripts',
    what: 'A quote, a comment, a `$tag$`, a body or the data of a `COPY … FROM stdin` is never closed.',
    mend: 'Close it where the message says that it opens. Data end with a line `\\.`.',
  },
  SQL_CLIENT_COMMAND: {
    group: 'Scripts',
    what: 'A command of a vendor’s own client that cannot be followed here, such as `\\copy`, `.import` or `SHOW`, or something that nobody but that client could read.',
    mend: 'Do what the message says: [the list](../client-commands-in-scripts.md) has every command.',
  },
  SQL_INCLUDE_MISSING: {
    group: 'Scripts',
    what: 'A file that a script reads, with `\\i`, `source`, `INPUT` or `.read`, is not in the project.',
    mend: 'Correct the path. It counts from the project; after `\\ir` from the file that names it.',
  },
  SQL_UNKNOWN_VARIABLE: {
    group: 'Scripts',
    what: 'A `:name` that no `\\set` above gives a value, where the server could only refuse it, or one that only psql itself could know.',
    mend: 'Set it in the script, or use a function of the server such as `current_database()`.',
  },
  OWN_TRANSACTION: {
    group: 'Scripts',
    what: '`BEGIN`, `COMMIT`, `ROLLBACK` or the like. It would tear the migration from its row in the history.',
    mend: 'Remove it: the engine opens and commits the transaction.',
  },
  OTHER_DATABASE: {
    group: 'Scripts',
    what: '`\\connect` or `USE` leads to another database than the connection does.',
    mend: 'Remove the line, or run the rest of the script in a plan for that database.',
  },
  PLACEHOLDER_UNKNOWN: {
    group: 'Scripts',
    what: 'A `${name}` for which the target has no variable, in a script whose placeholders are replaced.',
    mend: 'Add the name under `variables` of the target in the deploy config.',
  },
  PLACEHOLDER_SECRET: {
    group: 'Scripts',
    what: 'A `${secret:…}` or `${env:…}` in a script whose placeholders are replaced.',
    mend: 'Use a variable of the target. What a migration says is kept in the history of the target, where no secret may be.',
  },
  TRANSACTION_ALL_IMPOSSIBLE: {
    group: 'Scripts',
    what: 'All migrations are to share one transaction, and this one runs statement by statement.',
    mend: 'Apply without sharing, or apply this file in a plan of its own.',
  },
  C001: { group: 'Deploy config', what: 'Two groups have one name.', mend: 'Give each a name of its own.' },
  C003: {
    group: 'Deploy config',
    what: 'A pattern matches no file: a warning. A pattern without a wildcard names a file that is not there: an error.',
    mend: 'Mend the pattern, or remove it.',
  },
  C004: {
    group: 'Deploy config',
    what: 'A SQL file that the patterns of two groups match which deploy their files to the same database. Patterns with braces, sets or other rarer signs are not judged. A warning.',
    mend: 'Narrow one of the patterns, or write `// srdeploy: allow C004` with the reason above it.',
  },
  C005: {
    group: 'Deploy config',
    what: 'A command reads a variable that neither `required_env_vars` nor `environment` names: a run begins without it. A warning.',
    mend: 'Add it to `required_env_vars`. The editor offers it where there is such a list.',
  },
  C006: {
    group: 'Deploy config',
    what: 'A group has neither commands nor files, or files with which nothing is done.',
    mend: 'Add a `deploy_command`, a `build_command` or `file_patterns`.',
  },
  C009: {
    group: 'Deploy config',
    what: 'A command holds what looks like a password, token or key in clear. A warning.',
    mend: 'Put it into a variable: `srdeploy env set NAME --secret`, and `$NAME` in the command. Then change it: it was in a file.',
  },
  C010: {
    group: 'Deploy config',
    what: 'A placeholder without quotes in a command. Its value is one word here whatever it holds; copied into a terminal it is not. A hint.',
    mend: 'Write `"{file}"`. The editor offers it.',
  },
  C011: {
    group: 'Deploy config',
    what: '`depends_on` names no group.',
    mend: 'Correct the name; the editor offers the nearest one.',
  },
  C012: {
    group: 'Deploy config',
    what: 'Groups wait for one another, by `depends_on` and by their orders.',
    mend: 'Remove one of the edges of the path that the message names.',
  },
  C013: {
    group: 'Deploy config',
    what: 'A placeholder has no value, or stands where no value can be put in safely, such as in `$(…)`.',
    mend: 'Do what the message says: [the placeholders](../groups.md#values-in-commands).',
  },
  C014: {
    group: 'Deploy config',
    what: 'A command runs `psql` without `ON_ERROR_STOP`. A warning: it is added when the command runs here.',
    mend: 'Write `psql -v ON_ERROR_STOP=1`, so that it holds wherever the command is run.',
  },
  C015: {
    group: 'Deploy config',
    what: 'The expression of a health check is no regular expression.',
    mend: 'Mend it, or use `contains`.',
  },
  C016: {
    group: 'Deploy config',
    what: 'A pattern leads out of the project.',
    mend: 'Write it relative to the project, with `/`.',
  },
  C017: {
    group: 'Deploy config',
    what: 'A comment `// srdeploy: allow …` that nothing is found for. A hint.',
    mend: 'Remove it; the editor offers that.',
  },
  C018: {
    group: 'Deploy config',
    what: 'A comment `// srdeploy: allow …` without an effect: it names no rule for deploy configs, or one that nothing changes, or gives no reason. A warning.',
    mend: 'Write `// srdeploy: allow C009 the reason` above the key or item, or behind it on its line.',
  },
  UNKNOWN_GROUP: {
    group: 'Deploy config',
    what: '`--group` or `--skip-group` names no group.',
    mend: 'Use one of the groups that the message lists.',
  },
  NO_GROUPS: {
    group: 'Deploy config',
    what: 'No group is left of what was chosen.',
    mend: 'Leave out `--skip-group`, or choose another group.',
  },
  NOTHING_TO_DEPLOY: {
    group: 'Deploy config',
    what: 'There are neither groups nor a `deploy.sh`.',
    mend: 'Begin with `srdeploy init`.',
  },
  PLACEHOLDER_VALUE: {
    group: 'Deploy config',
    what: 'The value of a placeholder cannot be given to the command: it would be read as an option, or by a second shell.',
    mend: 'Rename the file, or write the command so that the value does not begin a word.',
  },
  FOLDER_MISSING: {
    group: 'Deploy config',
    what: 'The folder with the migrations of a database does not exist.',
    mend: 'Correct `path`.',
  },
  INFRA_NOT_RUN: {
    group: 'Deploy config',
    what: 'The config has a section `infra`, which this version checks and does not act on. A warning.',
    mend: 'Provision it before you run.',
  },
  DUPLICATE_STEP: {
    group: 'Deploy config',
    what: 'Two steps would have one id: a group and a database of one name have the same file, or the name of a group is that of another one with the beginning of its step.',
    mend: 'Give one of them another name.',
  },
  DATABASE_BY_HAND: {
    group: 'Deploy config',
    what: 'Of `migration status` without a folder: a database has the strategy `manual`, so that its migrations are none of the deployment’s.',
    mend: 'Ask for it with `--database`.',
  },
  UNKNOWN_DATABASE: {
    group: 'Deploy config',
    what: '`--database` names no database of the deploy config.',
    mend: 'Use one of the names that the message lists.',
  },
  ONLY_FOR_CONFIGS: {
    group: 'Deploy config',
    what: '`--database` goes with the deploy config, and a document or folder was named.',
    mend: 'Name one of the two.',
  },
  ADDRESS_UNKNOWN: {
    group: 'Deploy config',
    what: 'The variable of `connection_env` has no value, and nothing says what kind of database it leads to.',
    mend: 'Set the variable for the target, or write `engine` under `migrations`.',
  },
  ADDRESS_INVALID: {
    group: 'Deploy config',
    what: 'The variable of `connection_env` holds no address that can be used. Its value is never shown.',
    mend: 'Correct the variable; in a user name or password `/`, `?`, `#` and `@` are written as `%2F`, `%3F`, `%23` and `%40`.',
  },
  ADDRESS_CHANGED: {
    group: 'Deploy config',
    what: 'The variable of `connection_env` leads to another kind of database than when the plan was made.',
    mend: 'Correct the variable, or plan again.',
  },
  ENGINE_MISMATCH: {
    group: 'Deploy config',
    what: 'The address in the variable of `connection_env` and the `engine` of its database name different databases.',
    mend: 'Correct one of them.',
  },
  SAME_DATABASE: {
    group: 'Deploy config',
    what: 'Two connections of one deployment lead to one database as different users or in different ways: the run would wait for its own lock.',
    mend: 'Give both the same connection.',
  },
  TARGET_UNREACHED: {
    group: 'Target',
    what: 'The target could not be read, so that nobody can say which migrations a `--limit` leaves.',
    mend: 'Mend what the message names, or leave `--limit` out and stop at a version with `--to`.',
  },
  CONNECTION_MISSING: {
    group: 'Target',
    what: 'The target has no `connection_ref`, and there are migrations to apply.',
    mend: 'Add it, or give the group a `deploy_command`.',
  },
  NOT_A_DOCUMENT: {
    group: 'Deploy config',
    what: '`plan --save-document`: the plan has something in it that no plan document can say.',
    mend: 'Leave that out, or save the plan itself with `--out`.',
  },
  UNKNOWN_TARGET: {
    group: 'Target',
    what: '`--target` names neither the document’s own target nor one of the deploy config.',
    mend: 'Use one of the targets that the message lists.',
  },
  UNKNOWN_CONNECTION: {
    group: 'Target',
    what: 'The `connection_ref` names no connection, or there is no deploy config.',
    mend: 'Add the connection, or correct the name.',
  },
  BACKEND_MISMATCH: {
    group: 'Target',
    what: 'The plan’s `backend` and its connection’s differ.',
    mend: 'Change one of the two.',
  },
  BACKEND_UNSUPPORTED: {
    group: 'Target',
    what: 'A connection to something other than PostgreSQL or SQLite.',
    mend: 'Use a connection to one of these two; the others cannot be deployed to yet.',
  },
  TARGET_EXISTS: {
    group: 'Target',
    what: '`target add` names a target that is there.',
    mend: 'Use `target update`, or another id.',
  },
  TARGET_IN_USE: {
    group: 'Target',
    what: '`target remove`: the place names the target.',
    mend: 'Take it out there first.',
  },
  NOTHING_TO_UNSET: {
    group: 'Target',
    what: '`target update --unset` names a key that the target does not have.',
    mend: 'Use one of those that the message lists.',
  },
  NOTHING_TO_TEST: {
    group: 'Target',
    what: '`target test`: nothing leads to the target.',
    mend: 'Give it a connection, a health check or a `test_command`.',
  },
  BAD_ASSIGNMENT: {
    group: 'Target',
    what: '`--var` or `--env` is not `NAME=value`.',
    mend: 'Write it so.',
  },
  BAD_ADDRESS: {
    group: 'Target',
    what: '`--health-url` is no address.',
    mend: 'Begin it with `https://`, `http://` or `${NAME}`.',
  },
  BAD_PATTERN: {
    group: 'Target',
    what: '`target test`: `matches` of a health check is no regular expression.',
    mend: 'Correct the pattern.',
  },
  MISSING_VARIABLE: {
    group: 'Target',
    what: 'A value that a connection or a command refers to is not set, or empty. All missing ones are named together.',
    mend: 'Set it as the message says.',
  },
  SECRET_TOO_SHORT: {
    group: 'Target',
    what: 'The value of a reference has fewer than four characters, so that it cannot be masked without hiding ordinary text. A warning; the value itself is never shown.',
    mend: 'Use a longer value.',
  },
  NOTIFICATION_UNSET: {
    group: 'Target',
    what: 'A notification of the deploy config needs a value that is not set, or empty: nobody is told through it. A warning; the deployment does not depend on it.',
    mend: 'Set it as the message says.',
  },
  MIGRATION_CHANGED: {
    group: 'Target',
    what: 'A migration was applied to this target with other statements than the file has now.',
    mend: 'Put the file back and write a new migration for the difference, or accept the file as it is with `srdeploy migration repair`.',
  },
  MIGRATION_RENAMED: {
    group: 'Target',
    what: 'A migration was applied to this target under a name that is gone now. It is told, and no error.',
    mend: 'Nothing: a run moves its row to the new name and runs nothing.',
  },
  NO_MIGRATIONS: {
    group: 'Folders',
    what: 'A folder holds no file whose name is that of a migration.',
    mend: 'Name another folder, or begin one with `srdeploy migration new`.',
  },
  TARGET_MISSING: {
    group: 'Folders',
    what: 'A folder is to be planned and no target is named.',
    mend: 'Add `--target` with one of those that the message lists.',
  },
  NO_SUCH_MIGRATION: {
    group: 'Folders',
    what: 'The file that was named is no migration of the plan, or fits several.',
    mend: 'Write its path, or as much of its end as names one alone.',
  },
  NO_SUCH_VERSION: {
    group: 'Folders',
    what: 'No migration has the version that was named.',
    mend: 'Use one of the versions that the message lists.',
  },
  DUPLICATE_VERSION: {
    group: 'Folders',
    what: 'Two files have the same version. A warning in a plan document.',
    mend: 'Give one of them a version of its own, or allow it with `--allow-duplicate FILE=REASON`.',
  },
  OUT_OF_ORDER: {
    group: 'Folders',
    what: 'A pending file has a lower version than one that the target has. A warning in a plan document.',
    mend: 'Give it a higher version, or allow it with `--allow-out-of-order FILE=REASON`.',
  },
  MIGRATION_RENAME_UNCLEAR: {
    group: 'Folders',
    what: 'An applied file is gone, and more than one pending file has its content.',
    mend: 'Give it its old name back, or record the one that it became with `srdeploy migration mark-applied`.',
  },
  MIGRATION_MISSING: {
    group: 'Folders',
    what: 'The file that is to be repaired is recorded and gone. Its row stays.',
    mend: 'Take the file from version control, or leave it.',
  },
  ROLLBACK_AMBIGUOUS: {
    group: 'Folders',
    what: 'A rollback fits several migrations, or several rollbacks fit one.',
    mend: 'Give it the name of the migration that it belongs to.',
  },
  ROLLBACK_ALONE: {
    group: 'Folders',
    what: 'A rollback has no migration. A warning.',
    mend: 'Correct its number, or remove it.',
  },
  ROLLBACK_EMPTY: {
    group: 'Folders',
    what: 'A rollback is empty or nothing but comments: its migration is irreversible. An information.',
    mend: 'Fill it, if there is a way back.',
  },
  MIGRATION_EMPTY: {
    group: 'Folders',
    what: 'A migration has no statement. A warning.',
    mend: 'Fill it before it is applied.',
  },
  MIGRATION_NAME: {
    group: 'Folders',
    what: 'The name of an SQL file begins with no version, so that the folder leaves it out. A hint.',
    mend: 'Begin its name with a version, or with `_` if it is no migration.',
  },
  FOLDER_NOT_FOLLOWED: {
    group: 'Folders',
    what: 'A folder below holds SQL files and is left out. A hint.',
    mend: 'Add `--recursive`, if they are migrations of this folder.',
  },
  ONLY_FOR_FOLDERS: {
    group: 'Folders',
    what: '`--allow-out-of-order`, `--allow-duplicate` or `--recursive` with a plan document.',
    mend: 'Leave them out: a document names its files.',
  },
  APPROVALS_VOIDED: {
    group: 'Approvals',
    what: 'Approvals were for an earlier version of the plan and do not count for this one.',
    mend: 'Ask for approval of the plan as it is now.',
  },
  ROLLBACK_NOT_RECORDED: {
    group: 'Rollback',
    what: 'The run applied the migration, and the target has no row of it any more.',
    mend: 'Look at the target: whether it is there has to be found out by hand.',
  },
  ROLLBACK_UNFINISHED: {
    group: 'Rollback',
    what: 'Another rollback of the migration has begun and is not at its end.',
    mend: 'Resume the run that the message names.',
  },
  ROLLBACK_BELOW: {
    group: 'Rollback',
    what: 'Other runs have applied migrations since, which may need what is taken away.',
    mend: 'Roll those runs back first.',
  },
  ROLLBACK_CHANGED: {
    group: 'Rollback',
    what: 'The migration is recorded with other statements than the run applied, so that it is left out.',
    mend: 'Take it back by hand, or with a new migration.',
  },
  ROLLBACK_COMMAND: {
    group: 'Rollback',
    what: 'A command of the run did not end well; what it had done by then is not taken back.',
    mend: 'Look at what it did, and undo it by hand.',
  },
  ROLLBACK_BACKUP: {
    group: 'Rollback',
    what: 'The run made a backup, which a rollback does not use.',
    mend: 'Nothing. To restore it would lose everything that was written since.',
  },
  ROLLED_BACK_ALREADY: {
    group: 'Rollback',
    what: 'The migration was taken back by another run already.',
    mend: 'Nothing: it is left out.',
  },
  APPLIED_AGAIN: {
    group: 'Rollback',
    what: 'The migration was applied again since, by another run, so that it is left out.',
    mend: 'Roll that run back, where it is meant.',
  },
};
