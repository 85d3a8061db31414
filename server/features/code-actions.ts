import { type CodeAction, CodeActionKind, type CodeActionParams } from 'vscode-languageserver/node';
import { type Fix, type Problem, planPartsOf, type Range, replaceFix } from '../../core/index.ts';
import { type Chance, momentText } from '../chance.ts';
import { toLspRange, toTextEdits, touches } from '../convert.ts';
import type { OpenDocument } from '../open-document.ts';

/** The fixes for problems at a place, from the text as it is now. */
export function codeActionsAt(document: OpenDocument, params: CodeActionParams, chance: Chance): CodeAction[] {
  const only = params.context.only;
  if (only && !only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)) return [];
  return document.check().flatMap((problem) => {
    const range = problem.range && toLspRange(problem.range);
    if (!range || !touches(range, params.range)) return [];
    const diagnostics = params.context.diagnostics.filter(
      (diagnostic) => diagnostic.code === problem.code && touches(diagnostic.range, range),
    );
    const fixes = [...problem.fixes, ...fixesFromOutside(document, problem, chance)];
    return fixes.map((fix, index) => ({
      title: fix.title,
      kind: CodeActionKind.QuickFix,
      diagnostics,
      isPreferred: fixes.length === 1 && index === 0,
      edit: {
        documentChanges: [{ textDocument: { uri: document.uri, version: document.version }, edits: toTextEdits(fix) }],
      },
    }));
  });
}

/** Fixes that the engine cannot make because it has neither chance nor time. */
function fixesFromOutside({ source }: OpenDocument, { code, range }: Problem, chance: Chance): readonly Fix[] {
  if (code !== 'P015' || !range) return [];
  const { planId, createdAt } = planPartsOf(source);
  if (planId && isSame(planId.range, range))
    return [replaceFix('Insert a new UUID', range, JSON.stringify(chance.uuid()))];
  if (createdAt && isSame(createdAt.range, range))
    return [replaceFix('Insert the time it is now', range, JSON.stringify(momentText(chance.now())))];
  return [];
}

const isSame = (a: Range, b: Range): boolean => a.start.line === b.start.line && a.start.column === b.start.column;
