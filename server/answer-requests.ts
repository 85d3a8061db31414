import { type CancellationToken, type Connection, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { type UsersParams, usersRequest } from '../protocol/index.ts';
import type { Around } from './around.ts';
import type { Documents } from './documents.ts';
import type { LanguageFeatures } from './language-features.ts';
import type { Project, Projects } from './project.ts';
import type { Requests } from './requests.ts';
import { isSqlUri } from './sql-publisher.ts';

interface Asked {
  readonly documents: Documents;
  readonly projects: Projects;
  readonly features: () => LanguageFeatures;
  readonly around: Around;
  readonly requests: Requests;
  readonly log: (message: string) => void;
}

type DocumentFeatures = LanguageFeatures['documents'];
type Params<Method extends keyof DocumentFeatures> = Parameters<DocumentFeatures[Method]>[1];
type Answer<Method extends keyof DocumentFeatures> = ReturnType<DocumentFeatures[Method]>;
type Failure = ResponseError<void>;

/** Answers what an editor asks of open documents, and of the workspace. */
export function answerRequests(
  connection: Connection,
  { documents, projects, features, around, requests, log }: Asked,
): void {
  /** Lets a cancellation that has arrived be heard first; a defect is logged and answered, and the server goes on. */
  const guarded = <Result>(method: string, token: CancellationToken, work: () => Result): Promise<Result | Failure> =>
    requests.answered(() => {
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled');
      try {
        return work();
      } catch (error) {
        log(`${method} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        return new ResponseError(LSPErrorCodes.RequestFailed, `${method} failed; the log says why.`);
      }
    });
  const answer =
    <Method extends keyof DocumentFeatures>(method: Method) =>
    (params: Params<Method>, token: CancellationToken): Promise<Answer<Method> | null | Failure> =>
      guarded(method, token, () => {
        const document = documents.get(params.textDocument.uri);
        if (!document) return null;
        const feature = features().documents[method] as (...given: readonly unknown[]) => Answer<Method>;
        return feature(document, params, around);
      });
  /** The projects of what is open, each once. */
  const openProjects = (): readonly Project[] => {
    const all = documents.all().flatMap(({ project }) => project ?? []);
    return [...new Map(all.map((project) => [project.root, project])).values()];
  };
  connection.onCompletion(answer('completion'));
  connection.onHover(answer('hover'));
  connection.onCodeAction((params, token) => {
    const { uri } = params.textDocument;
    const script = isSqlUri(uri) ? documents.texts.get(uri)?.getText() : undefined;
    if (script === undefined) return answer('codeAction')(params, token);
    return guarded('codeAction', token, () => features().allowInScript(uri, script, params));
  });
  connection.onCodeLens(answer('codeLens'));
  connection.onDefinition(answer('definition'));
  connection.onDocumentFormatting(answer('formatting'));
  connection.onDocumentHighlight(answer('documentHighlight'));
  connection.onDocumentLinks(answer('documentLink'));
  connection.onDocumentRangeFormatting(answer('rangeFormatting'));
  connection.onDocumentSymbol(answer('documentSymbol'));
  connection.onFoldingRanges(answer('foldingRange'));
  connection.onReferences(answer('references'));
  connection.onSelectionRanges(answer('selectionRange'));
  connection.languages.semanticTokens.on(async (params, token) => {
    return (await answer('semanticTokens')(params, token)) ?? { data: [] };
  });
  connection.onPrepareRename(async (params, token) => unlessRefused(await answer('prepareRename')(params, token)));
  connection.onRenameRequest(async (params, token) => unlessRefused(await answer('rename')(params, token)));
  connection.onWorkspaceSymbol(({ query }, token) =>
    guarded('workspaceSymbol', token, () =>
      features().workspaceSymbols(openProjects().flatMap(around.documentsOf), query),
    ),
  );
  connection.onRequest(usersRequest, ({ uris }: UsersParams, token) =>
    guarded(usersRequest, token, () => features().usersOf(uris, projects, around)),
  );
  connection.workspace.onWillRenameFiles(async ({ files }, token) => {
    const edit = await guarded('willRenameFiles', token, () => features().editForRenames(files, projects, around));
    // A rename goes on whatever becomes of this answer; what failed is in the log.
    return edit instanceof ResponseError ? null : edit;
  });
}

/** A refusal is said to the person who asked. */
function unlessRefused<Answer>(
  renaming:
    | { readonly type: 'done'; readonly answer: Answer }
    | { readonly type: 'refused'; readonly why: string }
    | null
    | Failure,
): Answer | null | Failure {
  if (renaming === null || renaming instanceof ResponseError) return renaming;
  return renaming.type === 'done' ? renaming.answer : new ResponseError(LSPErrorCodes.RequestFailed, renaming.why);
}
