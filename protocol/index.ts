// The face of protocol.
export * from './config-views.ts';
export * from './control.ts';
export * from './duration-text.ts';
export * from './exit-codes.ts';
export * from './language.ts';
export * from './manual-text.ts';
export * from './plan-panel.ts';
export * from './run-panel.ts';
export * from './serve.ts';
export * from './start.ts';
export * from './status-words.ts';
export * from './views.ts';
