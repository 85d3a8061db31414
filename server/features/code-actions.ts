import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Range as LspRange,
} from 'vscode-languageserver/node';
import {
  type Fix,
  insertPropertyFix,
  type Problem,
  planPartsOf,
  type Range,
  replaceFix,
  type Source,
} from '../../core/index.ts';
import type { Around } from '../around.ts';
import { type Chance, momentText } from '../chance.ts';
import { toLspRange, toTextEdits, touches } from '../convert.ts';
import { fixAllKind } from '../fix-all-kind.ts';
import type { OpenDocument } from '../open-document.ts';
import { allowInConfig } from './allow-actions.ts';
import { refactoringKinds, refactoringsAt } from './refactorings.ts';

/** The fixes for problems at a place, from the text as it is now, what else can be done there, and where it is asked for, one action for all fixes. */
export function codeActionsAt(document: OpenDocument, params: CodeActionParams, around: Around): CodeAction[] {
  const { chance } = around;
  const only = params.context.only;
  const isWanted = (kind: string) =>
    only === undefined || only.some((one) => kind === one || kind.startsWith(one === '' ? '' : `${one}.`));
  return [
    ...(isWanted(CodeActionKind.QuickFix)
      ? [...quickFixesAt(document, params, chance), ...allowInConfig(document, params)]
      : []),
    ...(refactoringKinds.some(isWanted)
      ? refactoringsAt(document, params, around).filter(({ kind = '' }) => isWanted(kind))
      : []),
    // Nobody looks for it in the light bulb of one place.
    ...(only && isWanted(fixAllKind) ? fixAll(document, chance) : []),
  ];
}

function quickFixesAt(document: OpenDocument, params: CodeActionParams, chance: Chance): CodeAction[] {
  return document.check().flatMap((problem) => {
    const range = problem.range && toLspRange(problem.range);
    if (!range || !touches(range, params.range)) return [];
    const diagnostics = params.context.diagnostics.filter(
      (diagnostic) => diagnostic.code === problem.code && touches(diagnostic.range, range),
    );
    const fixes = fixesOf(document, problem, chance);
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

/** The edits of all problems with exactly one fix, those left out that would touch an earlier one; the next save mends these. */
function fixAll(document: OpenDocument, chance: Chance): CodeAction[] {
  const taken: LspRange[] = [];
  const edits = document.check().flatMap((problem) => {
    // Which of two plans keeps its history is for a person to say.
    if (problem.code === 'P014') return [];
    const fixes = fixesOf(document, problem, chance);
    const [fix] = fixes;
    if (!fix || fixes.length > 1) return [];
    const own = toTextEdits(fix);
    if (own.some(({ range }) => taken.some((one) => touches(one, range)))) return [];
    taken.push(...own.map(({ range }) => range));
    return own;
  });
  if (edits.length === 0) return [];
  const textDocument = { uri: document.uri, version: document.version };
  return [
    { title: 'Fix all that has one fix', kind: fixAllKind, edit: { documentChanges: [{ textDocument, edits }] } },
  ];
}

/** The fixes of a problem, those among them that the engine cannot make because it has neither chance nor time. */
function fixesOf(document: OpenDocument, problem: Problem, chance: Chance): readonly Fix[] {
  const { kind, source } = document;
  if (kind === 'config') return problem.fixes;
  const own =
    problem.code === 'SCHEMA_MISSING' ? problem.fixes.map((fix) => fresh(fix, source, chance)) : problem.fixes;
  return [...own, ...fixesFromOutside(document, problem, chance)];
}

/** An example would give every plan the same id and time. */
function fresh(fix: Fix, source: Source, chance: Chance): Fix {
  if (source.root && fix.title === 'Add "plan_id"')
    return insertPropertyFix(source, source.root, 'plan_id', chance.uuid());
  if (source.root && fix.title === 'Add "created_at"')
    return insertPropertyFix(source, source.root, 'created_at', momentText(chance.now()));
  return fix;
}

function fixesFromOutside({ source }: OpenDocument, { code, range }: Problem, chance: Chance): readonly Fix[] {
  if ((code !== 'P014' && code !== 'P015') || !range) return [];
  const { planId, createdAt } = planPartsOf(source);
  if (planId && isSame(planId.range, range))
    return [
      replaceFix(
        code === 'P014' ? 'Generate a new plan id' : 'Insert a new UUID',
        range,
        JSON.stringify(chance.uuid()),
      ),
    ];
  if (createdAt && isSame(createdAt.range, range))
    return [replaceFix('Insert the time it is now', range, JSON.stringify(momentText(chance.now())))];
  return [];
}

const isSame = (a: Range, b: Range): boolean => a.start.line === b.start.line && a.start.column === b.start.column;
