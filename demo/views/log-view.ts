import type { LogLine, LogStore } from '../loop/log-store.ts';
import { element, findText, syncList } from '../ui/dom.ts';
import { formatTime } from '../ui/format.ts';

/** Shows the log, newest first. */
export function showLog(store: LogStore): void {
  syncList(findText('log'), store.lines(), ({ key }) => key, line);
}

function line({ event: { at, level, code, fields } }: LogLine): HTMLElement {
  const details = Object.entries(fields ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return element(
    'li',
    { 'data-testid': 'log-line', 'data-level': level, 'data-code': code },
    element('time', { datetime: new Date(at).toISOString() }, formatTime(at)),
    element('span', { class: 'level' }, level),
    element('code', {}, code),
    element('span', {}, details.join(' ')),
  );
}
