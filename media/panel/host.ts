interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: () => VsCodeApi;

/** The other side of a panel: the extension host. `State` is what survives a reload of the window. */
export interface Host<From, State> {
  post(message: From): void;
  keep(state: State): void;
}

/** Takes the one handle that VS Code gives a webview; call it once. Messages of the host reach `hear` in order. */
export function connectHost<To, From, State>(hear: (message: To) => void): Host<From, State> {
  const api = acquireVsCodeApi();
  window.addEventListener('message', (event: MessageEvent<To>) => hear(event.data));
  return {
    post: (message) => api.postMessage(message),
    keep: (state) => api.setState(state),
  };
}
