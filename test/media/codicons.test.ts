import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as words from '../../protocol/status-words.ts';

const css = readFileSync('dist/webview/codicon.css', 'utf8');
const media = readdirSync('media', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join('media', file), 'utf8'))
  .join('\n');

/** What is passed as an icon: to a function or to a button. */
const passed = /plainIcon\(([^)]*)\)|\bicon=("[\w-]+"|\$\{[^}]*\})/g;
/** A string that is the whole of it or one of two choices; not one that is compared with. */
const choice = /(?:^|[?:{])\s*(["'])([\w-]+)\1/g;

const inCode = [...media.matchAll(passed)].flatMap(([, argument, attribute]) =>
  [...(argument ?? attribute ?? '').matchAll(choice)].flatMap(([, , icon]) => icon ?? []),
);
const inLooks = Object.values(words)
  .flatMap((looks) => Object.values(looks))
  .flatMap((look) => (typeof look === 'object' ? look.icon : []));

describe('the icons of the panels', () => {
  it('finds icons to ask for', () => {
    expect(inLooks).toContain('circle-large-outline');
    expect(inCode).toEqual(expect.arrayContaining(['git-commit', 'chevron-right', 'circle-slash', 'verified', 'play']));
    expect(inCode).not.toContain('information');
  });

  it.each([...new Set([...inLooks, ...inCode])].sort())('has %s', (icon) => {
    expect(css).toMatch(new RegExp(`\\.codicon-${icon}:before \\{ content: "\\\\[0-9a-f]+" \\}`));
  });

  it('turns the icon of what runs', () => {
    expect(css).toContain('.codicon-loading.codicon-modifier-spin');
    expect(css).toContain('@keyframes codicon-spin');
  });

  it('leaves out the icons that no panel uses', () => {
    expect(css).not.toContain('.codicon-claude:');
    expect(statSync('dist/webview/codicon.ttf').size).toBeLessThan(20_000);
  });
});
