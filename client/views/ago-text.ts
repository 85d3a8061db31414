const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago a moment was, for people: "just now", "5 minutes ago", "yesterday", else the date. */
export function agoText(iso: string, now: number): string {
  const past = now - Date.parse(iso);
  if (Number.isNaN(past)) return '';
  if (past < MINUTE) return 'just now';
  if (past < HOUR) return counted(Math.floor(past / MINUTE), 'minute');
  if (past < DAY) return counted(Math.floor(past / HOUR), 'hour');
  if (past < 2 * DAY) return 'yesterday';
  if (past < 30 * DAY) return counted(Math.floor(past / DAY), 'day');
  return new Date(iso).toLocaleDateString();
}

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'} ago`;
