import { afterAll, beforeAll, beforeEach, onTestFailed } from 'vitest';
import { openWindow, type VscodeWindow, type WindowOptions } from './vscode-window.ts';

/** One window for all tests of a file. Each failed test leaves a picture and the console's lines in `test-results/`. */
export function useWindow(options: WindowOptions): { readonly current: () => VscodeWindow } {
  let window: VscodeWindow | undefined;
  beforeAll(async () => {
    window = await openWindow(options);
  });
  beforeEach(({ task }) => {
    onTestFailed(() => window?.saveTraces(task.name));
  });
  afterAll(() => window?.close());
  return {
    current: () => {
      if (!window) throw new Error('The window is open only while tests run.');
      return window;
    },
  };
}
