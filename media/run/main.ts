import '@vscode-elements/elements/dist/vscode-button/index.js';
import '../panel/panel.css';
import './run.css';
import './ansi.css';
import { LogView } from './log-view.ts';
import { RunApp } from './run-app.ts';

customElements.define('srdeploy-log', LogView);
customElements.define('srdeploy-run', RunApp);
document.body.append(document.createElement('srdeploy-run'));
