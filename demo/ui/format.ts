const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const small = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const extreme = new Intl.NumberFormat('en', { notation: 'scientific', maximumSignificantDigits: 4 });
// With the day: the text may be from yesterday, or stay on the screen past midnight.
const time = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const instant = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** The longest text to show, in characters. The export has all of it. */
const LONGEST = 300;

/** A number as people write it, rounded. A small one is not rounded to 0, and none is too long to read. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size < 1e-6 && size > 0)) return extreme.format(value);
  return (size < 1 ? small : number).format(value);
}

/** Any value of an action: numbers as people write them, text as it is, the rest as JSON. What is too long is cut. */
export function formatValue(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value);
  if (value === undefined) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // Not within a character of two halves.
  return text.length > LONGEST ? `${text.slice(0, LONGEST).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** The value of a metric. Text in its place does not count, so it must not look like a number. */
export function formatMetric(value: unknown): string {
  return typeof value === 'string' ? `"${formatValue(value)}"` : formatValue(value);
}

/** Day, month and time of an instant in epoch milliseconds. */
export function formatTime(at: number): string {
  return time.format(at);
}

/** The day of an instant in epoch milliseconds. */
export function formatDay(at: number): string {
  return day.format(at);
}

/** The time of day of an instant in epoch milliseconds. */
export function formatClock(at: number): string {
  return clock.format(at);
}

/** Date and time of an instant in epoch milliseconds. */
export function formatInstant(at: number): string {
  return instant.format(at);
}

/** `1 nudge`, `2 nudges`. */
export function count(amount: number, noun: string): string {
  return `${formatNumber(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
