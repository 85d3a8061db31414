// Reads the list of files in a ZIP archive, such as a VSIX.
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;

/**
 * Names and sizes of what a ZIP archive holds.
 * @param {Buffer} archive
 * @returns {{ name: string, bytes: number }[]}
 */
export function zipEntries(archive) {
  let end = archive.length - END_BYTES;
  while (end >= 0 && archive.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw new Error('This is not a ZIP archive: it has no end record.');
  const entries = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== ENTRY) throw new Error('This ZIP archive has a damaged directory.');
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    entries.push({ name: archive.toString('utf8', at + 46, at + 46 + name), bytes: archive.readUInt32LE(at + 24) });
    at += 46 + name + extra + comment;
  }
  return entries;
}
