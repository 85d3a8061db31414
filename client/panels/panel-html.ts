/** What a panel's page is made of. Addresses are those of the webview; `cspSource` is VS Code's word for them in a policy. */
export interface PanelPage {
  readonly title: string;
  readonly script: string;
  readonly style: string;
  readonly icons: string;
  readonly cspSource: string;
  readonly nonce: string;
}

/** The page of a panel: one script, two style sheets, and a policy that lets nothing else in. */
export function panelHtml({ title, script, style, icons, cspSource, nonce }: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${icons}" id="vscode-codicon-stylesheet">
<link rel="stylesheet" href="${style}">
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
