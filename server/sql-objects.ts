import type { NamedObject, ObjectChange, ObjectKind, ObjectPlace, TableColumn } from '../parsers/index.ts';

/** A table, view or index as scripts leave it. */
export interface SqlObject extends NamedObject {
  readonly kind: ObjectKind;
  /** `file`: the path in the project of the file that it is made in. */
  readonly place: ObjectPlace & { readonly file: string };
  readonly columns: readonly TableColumn[];
}

/** The changes of a script; `file` stands for the script where a place says none. */
export interface ScriptChanges {
  readonly file: string;
  readonly changes: readonly ObjectChange[];
}

/** The objects that are there when all scripts have been applied one after the other, in the order in which they were made. */
export function objectsAfter(scripts: readonly ScriptChanges[]): readonly SqlObject[] {
  const objects = new Map<string, SqlObject>();
  const alter = (id: string, change: (columns: readonly TableColumn[]) => readonly TableColumn[]) => {
    const table = objects.get(id);
    if (table) objects.set(id, { ...table, columns: change(table.columns) });
  };
  for (const { file, changes } of scripts) {
    const placed = <Named extends NamedObject>(named: Named) => ({
      ...named,
      place: { ...named.place, file: named.place.file ?? file },
    });
    for (const change of changes) {
      switch (change.type) {
        case 'create':
          // A second CREATE … IF NOT EXISTS changes nothing.
          if (!objects.has(change.object.id) || change.kind === 'view')
            objects.set(change.object.id, {
              ...placed(change.object),
              kind: change.kind,
              columns: change.columns.map(placed),
            });
          break;
        case 'drop':
          objects.delete(change.id);
          break;
        case 'rename': {
          const object = objects.get(change.id);
          objects.delete(change.id);
          // Where it was made stays where it was made.
          if (object) objects.set(change.to.id, { ...object, id: change.to.id, written: change.to.written });
          break;
        }
        case 'add_column':
          alter(change.id, (columns) => [...columns, placed(change.column)]);
          break;
        case 'drop_column':
          alter(change.id, (columns) => columns.filter(({ id }) => id !== change.column));
          break;
        case 'rename_column':
          alter(change.id, (columns) =>
            columns.map((column) => (column.id === change.column ? { ...column, ...placed(change.to) } : column)),
          );
      }
    }
  }
  return [...objects.values()];
}
