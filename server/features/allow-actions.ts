import { type CodeAction, CodeActionKind, type CodeActionParams, type Diagnostic } from 'vscode-languageserver/node';
import { fixedConfigRules } from '../../core/index.ts';
import type { OpenDocument } from '../open-document.ts';

/** A text that comments can stand in. */
interface Commented {
  readonly uri: string;
  readonly version: number | null;
  readonly lines: readonly string[];
  /** What begins a comment. */
  readonly mark: '//' | '--';
}

/** In a deploy config: a comment that accepts a finding. The reason is left to the person; without one it has no effect, and says so. */
export function allowInConfig(document: OpenDocument, { context }: CodeActionParams): CodeAction[] {
  const { uri, version, source } = document;
  if (document.kind !== 'config') return [];
  const text: Commented = { uri, version, lines: source.text.split(/\r?\n/), mark: '//' };
  return context.diagnostics
    .filter(({ code }) => /^C0\d\d$/.test(String(code)) && !isFixed(String(code)))
    .map((one) => allow(text, one));
}

/** The same in a script, for what the danger report finds in it. */
export function allowInScript(uri: string, text: string, { context }: CodeActionParams): CodeAction[] {
  if (context.only && !context.only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)) return [];
  return context.diagnostics
    .filter(({ code, source }) => source === 'srdeploy' && /^M0(?!9[89])\d\d$/.test(String(code)))
    .map((one) => allow({ uri, version: null, lines: text.split(/\r?\n/), mark: '--' }, one));
}

/** The rules about comments themselves are mended, not allowed. */
const isFixed = (code: string): boolean => fixedConfigRules.includes(code) || code === 'C017' || code === 'C018';

function allow({ uri, version, lines, mark }: Commented, diagnostic: Diagnostic): CodeAction {
  const { line } = diagnostic.range.start;
  const [indent = ''] = /^\s*/.exec(lines[line] ?? '') ?? [];
  const at = { line, character: 0 };
  const newText = `${indent}${mark} srdeploy: allow ${diagnostic.code} \n`;
  return {
    title: `Allow ${diagnostic.code} here; write the reason behind it`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    edit: {
      documentChanges: [{ textDocument: { uri, version }, edits: [{ range: { start: at, end: at }, newText }] }],
    },
  };
}
