import { expect, test } from 'vitest';
import { TabGone, type Tab } from '../../faults/engines/engine.ts';
import { boundRoom } from '../../faults/kit/room.ts';
import type { Session } from '../../faults/kit/session.ts';

/** A session whose tabs answer each evaluation as told, one list for each tab that is opened. */
function sessionOf(answers: readonly (readonly (boolean | Error)[])[]): { readonly session: Session; readonly notes: unknown[] } {
  const notes: unknown[] = [];
  const left = [...answers];
  const open = async (): Promise<Tab> => {
    const own = [...(left.shift() ?? [])];
    const evaluate = async (): Promise<unknown> => {
      const next = own.shift();
      if (next instanceof Error) throw next;
      return next;
    };
    return { evaluate } as unknown as Tab;
  };
  const session = { engine: { name: 'firefox' }, server: { origin: 'http://localhost' }, browser: { open }, note: (...given: unknown[]) => void notes.push(given) };
  return { session: session as unknown as Session, notes };
}

test('a disk is filled to the end, even if a busy browser loses the tab that fills it', async () => {
  const { session, notes } = sessionOf([[true, true, new TabGone('the tab')], [true, false, false, false]]);
  const room = await boundRoom(session);
  await room.take(0);
  expect(notes.at(-1)).toEqual(['room', { bytes: 0, filled: 2_000_000 }]);
});

test('a browser that was killed ends the filling', async () => {
  const { session } = sessionOf([[true, new TabGone('the browser')], [true, false, false, false]]);
  const room = await boundRoom(session);
  await expect(room.take(0)).rejects.toThrow('the browser is gone');
});
