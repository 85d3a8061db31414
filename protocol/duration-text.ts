/** A stretch of time for people: `8 ms`, `0.4 s`, `12 s`, `3 m 05 s`, `1 h 02 m`. Milliseconds in; below zero counts as zero. */
export function durationText(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < 95) return `${Math.round(whole)} ms`;
  if (whole < 9_950) return `${(whole / 1000).toFixed(1)} s`;
  const seconds = Math.round(whole / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${twoDigits(Math.floor((seconds % 3600) / 60))} m`;
}

/** The same for a clock that ticks: whole seconds only, so that nothing flickers. */
export const elapsedText = (ms: number): string =>
  ms < 9_950 ? `${Math.floor(Math.max(0, ms) / 1000)} s` : durationText(ms);

const twoDigits = (value: number): string => String(value).padStart(2, '0');
