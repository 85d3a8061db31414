import { randomBytes } from 'node:crypto';
import { Uri, type WebviewOptions, type WebviewPanel } from 'vscode';
import { panelHtml } from './panel-html.ts';

const folderOf = (extension: Uri): Uri => Uri.joinPath(extension, 'dist', 'webview');

/** Scripts run, and nothing is read but what ships for panels. */
export const pageOptions = (extension: Uri): WebviewOptions => ({
  enableScripts: true,
  localResourceRoots: [folderOf(extension)],
});

/** Puts the page of a panel into its webview. */
export function fillPage({ webview, title }: WebviewPanel, extension: Uri, name: 'run' | 'plan'): void {
  const address = (file: string): string => webview.asWebviewUri(Uri.joinPath(folderOf(extension), file)).toString();
  webview.options = pageOptions(extension);
  webview.html = panelHtml({
    title,
    script: address(`${name}.js`),
    style: address(`${name}.css`),
    icons: address('codicon.css'),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
  });
}
