const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** The age column of a table, as kubectl prints it: `59s`, `3m5s`, `2d3h`. */
export function formatAge(time: unknown, now: Date): string {
  if (typeof time !== 'string') return '<unknown>';
  const age = now.getTime() - Date.parse(time);
  return Number.isNaN(age) ? '<invalid>' : formatDuration(age);
}

/** A span of time in at most two units. */
export function formatDuration(ms: number): string {
  if (ms < -second) return '<invalid>';
  if (ms < 0) return '0s';
  if (ms < 2 * minute) return `${Math.floor(ms / second)}s`;
  if (ms < 10 * minute) return pair(ms, [minute, 'm'], [second, 's']);
  if (ms < 3 * hour) return `${Math.floor(ms / minute)}m`;
  if (ms < 8 * hour) return pair(ms, [hour, 'h'], [minute, 'm']);
  if (ms < 2 * day) return `${Math.floor(ms / hour)}h`;
  if (ms < 8 * day) return pair(ms, [day, 'd'], [hour, 'h']);
  if (ms < 2 * year) return `${Math.floor(ms / day)}d`;
  if (ms < 8 * year) return pair(ms, [year, 'y'], [day, 'd']);
  return `${Math.floor(ms / year)}y`;
}

/** `3m5s`; a zero second part is left out. */
function pair(ms: number, [big, bigUnit]: [number, string], [small, smallUnit]: [number, string]): string {
  const rest = Math.floor((ms % big) / small);
  return `${Math.floor(ms / big)}${bigUnit}${rest === 0 ? '' : `${rest}${smallUnit}`}`;
}
