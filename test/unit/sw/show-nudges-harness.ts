import { createLog, createSimulatedClock, type Nudge } from 'nudgeloop/core';
import type { NudgeSurfaceContext } from '../../../sw/nudge-surface.ts';
import type { RenderNudge } from '../../../sw/notifications/render-notification.ts';
import { showInRealm } from '../../../sw/notifications/show-nudges.ts';

export const ORIGIN = 'https://app.example';

interface Shown {
  readonly tag: string;
  readonly title: string;
  readonly body?: string;
  readonly icon?: string;
  readonly data: unknown;
  close(): void;
}

/** Notifications in a worker's realm, with windows, clicks and what is waiting all in the test's hands. */
export function setUp(render: RenderNudge = ({ id }) => ({ title: `Secret ${id}`, body: 'Secret', url: '/secret' })) {
  const waiting = new Map<string, Nudge[]>();
  const shown = new Map<string, Shown>();
  const windows: { url: string; visibilityState: string; focus: () => Promise<void> }[] = [];
  const focused: string[] = [];
  const opened: string[] = [];
  const stopped: unknown[] = [];
  const during = { show: (): void => undefined };
  const state = { isAllowed: true, isBroken: false };
  const clock = createSimulatedClock(0);
  const log = createLog(() => 0);
  let click = (_event: object): void => undefined;

  const context: NudgeSurfaceContext = {
    database: 'db',
    log,
    async nudges(loop, after, limit) {
      if (state.isBroken) throw new Error('secret');
      return (waiting.get(loop) ?? []).filter(({ seq }) => seq > after).slice(0, limit);
    },
  };
  const show = (title: string, options: { tag: string; data: unknown }): void => {
    const { tag } = options;
    shown.set(tag, { ...structuredClone(options), title, close: () => shown.delete(tag) });
  };
  const realm = {
    clock,
    origin: ORIGIN,
    scope: `${ORIGIN}/`,
    isAllowed: () => state.isAllowed,
    async show(title: string, options: { tag: string; data: unknown }) {
      show(title, options);
      during.show();
    },
    shown: async () => [...shown.values()],
    windows: async () => windows,
    async openWindow(url: string) {
      if (state.isBroken) throw new Error('secret');
      opened.push(url);
    },
    onClick(run: (event: object) => void) {
      click = run;
      return () => (click = () => undefined);
    },
  };
  const surface = showInRealm({ render }, context, realm);
  return {
    waiting, shown, windows, focused, opened, stopped, state, during, clock, log, show, surface, context,
    titles: () => [...shown.values()].map(({ title }) => title),
    async add(seq: number, loop = 'a') {
      waiting.set(loop, [...(waiting.get(loop) ?? []), { id: `n${seq}`, seq, loop, suggestions: [{ steps: 5 }] } as unknown as Nudge]);
      await surface.told({ loop, added: seq });
    },
    addWindow(path: string, visibilityState = 'hidden') {
      const url = `${ORIGIN}${path}`;
      windows.push({ url, visibilityState, focus: async () => void focused.push(url) });
    },
    async clickOn(notification: { tag: string } | undefined) {
      const holds: Promise<unknown>[] = [];
      const stopImmediatePropagation = (): void => void stopped.push(notification?.tag);
      click({ notification: { data: null, close: () => undefined, ...notification }, waitUntil: (hold: Promise<unknown>) => holds.push(hold), stopImmediatePropagation });
      await Promise.all(holds);
      return holds.length;
    },
    refusals: () => log.recent().filter(({ code }) => code === 'notification.refused').map(({ fields }) => fields?.['reason']),
  };
}
