import { closeSync, type Dirent, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deployConfigIn, excludedFolders, isReadForParts, type SeenFolder } from '../core/index.ts';

/** Files and folders that are looked at, those nearest to the top first. */
const mostEntries = 20_000;
/** As many of one folder below the top, so that a folder of uploads does not hide what lies beside it. */
const mostInFolder = 2_000;
/** Bytes of a file whose text is read. */
const mostBytes = 1_000_000;

/** Looks at a folder for what can be deployed: names, a few short texts, and the first bytes of databases. Throws where the folder itself may not be read. */
export function lookAtFolder(root: string): SeenFolder {
  const { files, notes } = filesBelow(root);
  const texts = new Map<string, string>();
  const unread: string[] = [];
  for (const path of files.filter(isReadForParts)) {
    const read = readShort(join(root, path));
    if (read.type === 'text') texts.set(path, read.text);
    else unread.push(`${JSON.stringify(path)} was left out: ${read.why}`);
  }
  const sqliteFiles = files.filter((path) => /\.(?:db|db3|sqlite|sqlite3)$/i.test(path) && isSqlite(join(root, path)));
  return { files, texts, sqliteFiles, notes: [...notes, ...unread, ...modeNotes(root, files)] };
}

/** A script that nobody may execute is proposed all the same, and told. */
function modeNotes(root: string, files: readonly string[]): readonly string[] {
  if (process.platform === 'win32' || !files.includes('deploy.sh')) return [];
  const mode = statSync(join(root, 'deploy.sh'), { throwIfNoEntry: false })?.mode ?? 0o111;
  return (mode & 0o111) === 0 ? ['deploy.sh may not be executed yet: chmod +x deploy.sh'] : [];
}

/** Level by level, so that what is left out where there is too much lies deepest. Links are not followed. */
function filesBelow(root: string): Pick<SeenFolder, 'files' | 'notes'> {
  const files: string[] = [];
  const notes: string[] = [];
  const folders = [''];
  let seen = 0;
  for (const folder of folders) {
    for (const entry of folder === '' ? sortedEntries(root) : entriesOf(root, folder, notes)) {
      if (seen === mostEntries) return { files, notes: [...notes, tooMany()] };
      seen++;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() && !isLeftOut(entry.name)) folders.push(path);
    }
  }
  return { files, notes };
}

/** Folders first: where there is too much, it is files that are left out. */
const sortedEntries = (folder: string): Dirent[] =>
  readdirSync(folder, { withFileTypes: true }).sort(
    (a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || (a.name < b.name ? -1 : 1),
  );

const shown = (count: number): string => count.toLocaleString('en');
const tooMany = (): string =>
  `Only the first ${shown(mostEntries)} files and folders were looked at, those nearest to the top.`;

const isLeftOut = (name: string): boolean => name.startsWith('.') || excludedFolders.includes(name);

/** What a folder below holds; nothing, with a note, of one that is a project of its own or may not be read. */
function entriesOf(root: string, folder: string, notes: string[]): Dirent[] {
  try {
    const entries = sortedEntries(join(root, folder));
    const config = deployConfigIn(entries.map(({ name }) => name));
    if (config !== undefined) {
      notes.push(`The folder ${JSON.stringify(folder)} was left out: it is a project of its own, with ${config}.`);
      return [];
    }
    if (entries.length > mostInFolder)
      notes.push(
        `Of the folder ${JSON.stringify(folder)} only ${shown(mostInFolder)} files and folders were looked at.`,
      );
    return entries.slice(0, mostInFolder);
  } catch (error) {
    notes.push(`The folder ${JSON.stringify(folder)} was left out: ${messageOf(error)}`);
    return [];
  }
}

type ShortText = { readonly type: 'text'; readonly text: string } | { readonly type: 'unread'; readonly why: string };

function readShort(file: string): ShortText {
  try {
    if (statSync(file).size > mostBytes)
      return { type: 'unread', why: `it is longer than ${mostBytes / 1_000_000} MB.` };
    return { type: 'text', text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { type: 'unread', why: messageOf(error) };
  }
}

const messageOf = (error: unknown): string => {
  const { code } = error as Partial<NodeJS.ErrnoException>;
  return code === undefined ? String(error) : `it cannot be read (${code}).`;
};

const sqliteHeader = Buffer.from('SQLite format 3\0');

function isSqlite(file: string): boolean {
  try {
    const handle = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(sqliteHeader.length);
      readSync(handle, bytes, 0, bytes.length, 0);
      return bytes.equals(sqliteHeader);
    } finally {
      closeSync(handle);
    }
  } catch {
    return false; // Nobody can say what it is: then it is no sign of a database.
  }
}
