import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { Row } from './row.ts';

/** A row as VS Code wants it. */
export function rowItem(row: Row, children: 'some' | 'none'): TreeItem {
  const item = new TreeItem(
    row.label,
    children === 'some' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None,
  );
  item.id = row.id;
  item.description = row.description;
  item.iconPath = row.colour ? new ThemeIcon(row.icon, new ThemeColor(row.colour)) : new ThemeIcon(row.icon);
  item.tooltip = new MarkdownString(row.tooltip);
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.spoken };
  return item;
}
