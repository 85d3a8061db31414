// Writes the icons of the panels: of the icon font and its style sheet, only what the panels use.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import subsetFont from 'subset-font';

const comment = /\/\*[\s\S]*?\*\//g;
/** A rule as a whole, such as keyframes with rules inside, and the comments before it. */
const rule = /[^{}]+\{(?:[^{}]|\{[^{}]*\})*\}/g;
const className = /\.codicon-([\w-]+)/g;
const codePoint = /content: "\\([0-9a-f]+)"/g;

/**
 * Writes codicon.css and codicon.ttf with the icons that scripts name.
 * @param {string} from the folder of the whole files
 * @param {string} to the folder to write to
 * @param {string[]} scripts built scripts
 */
export async function writeCodicons(from, to, scripts) {
  const code = (await Promise.all(scripts.map((file) => readFile(file, 'utf8')))).join('\n');
  const css = usedRules(await readFile(join(from, 'codicon.css'), 'utf8'), code);
  const signs = [...css.matchAll(codePoint)].map(([, hex]) => String.fromCodePoint(Number.parseInt(hex, 16)));
  const font = await subsetFont(await readFile(join(from, 'codicon.ttf')), signs.join(''), { targetFormat: 'sfnt' });
  await writeFile(join(to, 'codicon.css'), css);
  await writeFile(join(to, 'codicon.ttf'), font);
}

/** The rules that apply to every icon, and those of the icons and modifiers that the code names. */
function usedRules(css, code) {
  const rules = css.match(rule).filter((one) => {
    const [selectors] = one.replace(comment, '').split('{');
    return selectors.split(',').some((part) => [...part.matchAll(className)].every(([, name]) => isNamed(name, code)));
  });
  return `${rules.join('')}\n`;
}

/** Whether a name is a whole string of the code or stands in it as a class. A word that only looks like a name keeps an icon too many. */
const isNamed = (name, code) => new RegExp(`(["'\`])${name}\\1|\\bcodicon-${name}(?![\\w-])`).test(code);
