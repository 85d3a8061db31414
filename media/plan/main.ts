import '@vscode-elements/elements/dist/vscode-button/index.js';
import '../panel/panel.css';
import './plan.css';
import { PlanApp } from './plan-app.ts';

customElements.define('srdeploy-plan', PlanApp);
document.body.append(document.createElement('srdeploy-plan'));
