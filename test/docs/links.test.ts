import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const pages = [
  ...['README.md', 'SUPPORT.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/shop/README.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join('docs', file)),
];

describe('the documentation', () => {
  it.each(pages)('%s links to files and headings that are there', (page) => {
    const dead = linksIn(page).filter(({ file, heading }) => {
      if (!existsSync(join(root, file))) return true;
      return heading !== undefined && !headingsIn(file).includes(heading);
    });
    expect(dead).toEqual([]);
  });

  it('has every page of docs in its table of contents', () => {
    const linked = new Set(linksIn('docs/README.md').map(({ file }) => file));
    const inDocs = pages.filter((page) => page.startsWith('docs') && page !== 'docs/README.md');
    expect(inDocs.filter((page) => !linked.has(page))).toEqual([]);
  });

  it('names no machine, user or folder of whoever wrote it', () => {
    const told = pages.filter((page) => /root@|\/(?:home|Users|work)\/|localhost:\d/.test(textOf(page)));
    expect(told).toEqual([]);
  });
});

interface Link {
  /** Relative to the repository. */
  readonly file: string;
  readonly heading: string | undefined;
}

function linksIn(page: string): readonly Link[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => {
      const [path = '', heading] = target.split('#');
      const absolute = path === '' ? join(root, page) : resolve(root, dirname(page), path);
      return { file: relative(root, absolute), heading };
    });
}

/** Headings as the anchors that Markdown viewers make of them. */
function headingsIn(page: string): readonly string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');
const prose = (page: string): string => textOf(page).replace(/^```[\s\S]*?^```/gm, '');
