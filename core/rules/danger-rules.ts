import { dropTable } from './danger/m001-drop-table.ts';
import { dropColumn } from './danger/m002-drop-column.ts';
import { dropSchema } from './danger/m003-drop-schema.ts';
import { dropDatabase } from './danger/m004-drop-database.ts';
import { truncate } from './danger/m005-truncate.ts';
import { truncateCascade } from './danger/m006-truncate-cascade.ts';
import { deleteWithoutWhere } from './danger/m007-delete-without-where.ts';
import { updateWithoutWhere } from './danger/m008-update-without-where.ts';
import { dropPartition } from './danger/m009-drop-partition.ts';
import { dropCascade } from './danger/m010-drop-cascade.ts';
import { dropOwned } from './danger/m011-drop-owned.ts';
import { dropObject } from './danger/m012-drop-object.ts';
import { renameTable } from './danger/m013-rename-table.ts';
import { renameColumn } from './danger/m014-rename-column.ts';
import { requiredColumn } from './danger/m015-required-column.ts';
import { typeChange } from './danger/m016-type-change.ts';
import { renameSchema } from './danger/m017-rename-schema.ts';
import { renameEnumValue } from './danger/m018-rename-enum-value.ts';
import { modifyDropsAttributes } from './danger/m019-modify-drops-attributes.ts';
import { indexNotConcurrent } from './danger/m020-index-not-concurrent.ts';
import { dropIndexNotConcurrent } from './danger/m021-drop-index-not-concurrent.ts';
import { reindexNotConcurrent } from './danger/m022-reindex-not-concurrent.ts';
import { refreshMatviewNotConcurrent } from './danger/m023-refresh-matview-not-concurrent.ts';
import { detachPartitionNotConcurrent } from './danger/m024-detach-partition-not-concurrent.ts';
import { fkValidates } from './danger/m025-fk-validates.ts';
import { checkValidates } from './danger/m026-check-validates.ts';
import { validateInSameTransaction } from './danger/m027-validate-in-same-transaction.ts';
import { uniqueConstraintBuildsIndex } from './danger/m028-unique-constraint-builds-index.ts';
import { exclusionConstraint } from './danger/m029-exclusion-constraint.ts';
import { pkUsingNullableIndex } from './danger/m030-pk-using-nullable-index.ts';
import { setNotNullScans } from './danger/m031-set-not-null-scans.ts';
import { volatileDefaultRewrites } from './danger/m032-volatile-default-rewrites.ts';
import { serialOrStoredColumnRewrites } from './danger/m033-serial-or-stored-column-rewrites.ts';
import { attachPartitionLocks } from './danger/m034-attach-partition-locks.ts';
import { createTriggerLocks } from './danger/m035-create-trigger-locks.ts';
import { enableDisableTrigger } from './danger/m036-enable-disable-trigger.ts';
import { vacuumFull } from './danger/m037-vacuum-full.ts';
import { cluster } from './danger/m038-cluster.ts';
import { moveTable } from './danger/m039-move-table.ts';
import { statementAfterAccessExclusive } from './danger/m040-statement-after-access-exclusive.ts';
import { wideLockWindow } from './danger/m041-wide-lock-window.ts';
import { severalAlterTable } from './danger/m042-several-alter-table.ts';
import { mixedDdlAndBackfill } from './danger/m043-mixed-ddl-and-backfill.ts';
import { undoMissing } from './danger/m044-undo-missing.ts';
import { irreversibleChange } from './danger/m045-irreversible-change.ts';
import { enumValueOrder } from './danger/m046-enum-value-order.ts';
import { notIdempotentNontx } from './danger/m047-not-idempotent-nontx.ts';
import { severalStatementsWithConcurrently } from './danger/m048-several-statements-with-concurrently.ts';
import { severalDdlOneFile } from './danger/m049-several-ddl-one-file.ts';
import { implicitCommit } from './danger/m050-implicit-commit.ts';
import { pragmaForeignKeysInTransaction } from './danger/m051-pragma-foreign-keys-in-transaction.ts';
import { rebuildDropsChildren } from './danger/m052-rebuild-drops-children.ts';
import { rebuildIncomplete } from './danger/m053-rebuild-incomplete.ts';
import { addColumnLimits } from './danger/m054-add-column-limits.ts';
import { dropColumnIndexed } from './danger/m055-drop-column-indexed.ts';
import { renameBreaksViews } from './danger/m056-rename-breaks-views.ts';
import { nullableToNotNull } from './danger/m057-nullable-to-not-null.ts';
import { noStrict } from './danger/m058-no-strict.ts';
import { algorithmCopy } from './danger/m059-algorithm-copy.ts';
import { lockSharedOrExclusive } from './danger/m060-lock-shared-or-exclusive.ts';
import { implicitZeroValues } from './danger/m061-implicit-zero-values.ts';
import { inlineReferencesIgnored } from './danger/m062-inline-references-ignored.ts';
import { expressionDefault } from './danger/m063-expression-default.ts';
import { charsetConversion } from './danger/m064-charset-conversion.ts';
import { utf8mb3 } from './danger/m065-utf8mb3.ts';
import { noInnodb } from './danger/m066-no-innodb.ts';
import { autoIncrementInt } from './danger/m067-auto-increment-int.ts';
import { fkOnLargeTable } from './danger/m068-fk-on-large-table.ts';
import { secretInSql } from './danger/m069-secret-in-sql.ts';
import { grantToPublic } from './danger/m070-grant-to-public.ts';
import { grantAll } from './danger/m071-grant-all.ts';
import { alterRolePassword } from './danger/m072-alter-role-password.ts';
import { functionSearchPath } from './danger/m073-function-search-path.ts';
import { securityDefinerWithoutSearchPath } from './danger/m074-security-definer-without-search-path.ts';
import { noPrimaryKey } from './danger/m075-no-primary-key.ts';
import { fkWithoutIndex } from './danger/m076-fk-without-index.ts';
import { dropNotNull } from './danger/m077-drop-not-null.ts';
import { dropDefault } from './danger/m078-drop-default.ts';
import { dropForeignKey } from './danger/m079-drop-foreign-key.ts';
import { insertWithoutColumns } from './danger/m080-insert-without-columns.ts';
import { setNotLocal } from './danger/m081-set-not-local.ts';
import { identifierLength } from './danger/m082-identifier-length.ts';
import { jsonNotJsonb } from './danger/m083-json-not-jsonb.ts';
import { charType } from './danger/m084-char-type.ts';
import { varcharNotText } from './danger/m085-varchar-not-text.ts';
import { timestampWithoutTz } from './danger/m086-timestamp-without-tz.ts';
import { intPrimaryKey } from './danger/m087-int-primary-key.ts';
import { serialNotIdentity } from './danger/m088-serial-not-identity.ts';
import { nonUtf8 } from './danger/m089-non-utf8.ts';
import { bom } from './danger/m090-bom.ts';
import { notClassified } from './danger/m091-not-classified.ts';
import type { DangerRule } from './danger-rule.ts';

/** Every rule of the danger report; the only list of them. */
export const dangerRules: readonly DangerRule[] = [
  dropTable,
  dropColumn,
  dropSchema,
  dropDatabase,
  truncate,
  truncateCascade,
  deleteWithoutWhere,
  updateWithoutWhere,
  dropPartition,
  dropCascade,
  dropOwned,
  dropObject,
  renameTable,
  renameColumn,
  requiredColumn,
  typeChange,
  renameSchema,
  renameEnumValue,
  modifyDropsAttributes,
  indexNotConcurrent,
  dropIndexNotConcurrent,
  reindexNotConcurrent,
  refreshMatviewNotConcurrent,
  detachPartitionNotConcurrent,
  fkValidates,
  checkValidates,
  validateInSameTransaction,
  uniqueConstraintBuildsIndex,
  exclusionConstraint,
  pkUsingNullableIndex,
  setNotNullScans,
  volatileDefaultRewrites,
  serialOrStoredColumnRewrites,
  attachPartitionLocks,
  createTriggerLocks,
  enableDisableTrigger,
  vacuumFull,
  cluster,
  moveTable,
  statementAfterAccessExclusive,
  wideLockWindow,
  severalAlterTable,
  mixedDdlAndBackfill,
  undoMissing,
  irreversibleChange,
  enumValueOrder,
  notIdempotentNontx,
  severalStatementsWithConcurrently,
  severalDdlOneFile,
  implicitCommit,
  pragmaForeignKeysInTransaction,
  rebuildDropsChildren,
  rebuildIncomplete,
  addColumnLimits,
  dropColumnIndexed,
  renameBreaksViews,
  nullableToNotNull,
  noStrict,
  algorithmCopy,
  lockSharedOrExclusive,
  implicitZeroValues,
  inlineReferencesIgnored,
  expressionDefault,
  charsetConversion,
  utf8mb3,
  noInnodb,
  autoIncrementInt,
  fkOnLargeTable,
  secretInSql,
  grantToPublic,
  grantAll,
  alterRolePassword,
  functionSearchPath,
  securityDefinerWithoutSearchPath,
  noPrimaryKey,
  fkWithoutIndex,
  dropNotNull,
  dropDefault,
  dropForeignKey,
  insertWithoutColumns,
  setNotLocal,
  identifierLength,
  jsonNotJsonb,
  charType,
  varcharNotText,
  timestampWithoutTz,
  intPrimaryKey,
  serialNotIdentity,
  nonUtf8,
  bom,
  notClassified,
];
