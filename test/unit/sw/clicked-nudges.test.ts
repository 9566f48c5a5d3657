import { describe, expect, test, vi } from 'vitest';
import { ORIGIN, setUp } from './show-nudges-harness.ts';

describe('notifications', () => {
  describe('when clicked', () => {
    test('show the window that is there already, else a new one', async () => {
      const { add, addWindow, clickOn, shown, opened, focused } = setUp();
      addWindow('/other');
      await add(0);
      const notification = [...shown.values()][0]!;
      expect(await clickOn(notification)).toBe(1);
      expect(shown.size).toBe(0);
      expect([opened, focused]).toEqual([[`${ORIGIN}/secret`], []]);
      addWindow('/secret');
      await clickOn(notification);
      expect([opened, focused]).toEqual([[`${ORIGIN}/secret`], [`${ORIGIN}/secret`]]);
    });

    test('come to no listener of the app, which would use the click up; its own come to it', async () => {
      const { add, clickOn, shown, stopped } = setUp();
      await add(0);
      const [notification] = shown.values();
      await clickOn(notification);
      await clickOn({ tag: 'the-apps-own' });
      expect(stopped).toEqual([notification?.tag]);
    });

    test('without a link show any window, else the scope', async () => {
      const { add, addWindow, clickOn, shown, opened, focused } = setUp(() => ({ title: 'x' }));
      await add(0);
      const [notification] = shown.values();
      await clickOn(notification);
      addWindow('/other');
      await clickOn(notification);
      expect([opened, focused]).toEqual([[`${ORIGIN}/`], [`${ORIGIN}/other`]]);
    });

    test.each(['https://secret.example/', '//secret.example', 'javascript:secret()', 'blob:https://app.example/secret', 7, null])(
      'open nothing for the forged link %j',
      async (url) => {
        const { clickOn, addWindow, opened, focused, log, refusals } = setUp();
        addWindow('/');
        const close = vi.fn();
        await clickOn({ tag: 'nudgeloop:db:a:n0', data: { nudgeloop: { seq: 0, url } }, close } as never);
        expect(close).toHaveBeenCalledOnce();
        expect([opened, focused]).toEqual([[], []]);
        expect(refusals()).toEqual(['target']);
        expect(JSON.stringify(log.recent())).not.toContain('secret');
      },
    );

    test('leave those of the app and of other databases alone', async () => {
      const { clickOn, opened, surface, add, shown } = setUp();
      const close = vi.fn();
      for (const tag of ['', 'app', 'nudgeloop:', 'nudgeloop:db', 'nudgeloop:db2:a:n0']) {
        expect(await clickOn({ tag, data: { url: '/app', nudgeloop: { url: '/app' } }, close } as never)).toBe(0);
      }
      expect([close.mock.calls, opened]).toEqual([[], []]);
      await add(0);
      surface.stop();
      expect(await clickOn([...shown.values()][0])).toBe(0);
    });

    test('harm nothing when the browser opens no window', async () => {
      const { clickOn, add, shown, state, log } = setUp();
      await add(0);
      state.isBroken = true;
      expect(await clickOn([...shown.values()][0])).toBe(1);
      expect(log.recent()).toMatchObject([{ level: 'debug', code: 'call.failed', fields: { call: 'notificationclick', loop: 'a' } }]);
    });
  });
});
