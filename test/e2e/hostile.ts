import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { HostileValue } from '../hostile/corpus.ts';
import { bundle } from './bundle.ts';
import type { Site } from './fixture.ts';

declare global {
  interface Window {
    /** The corpus, as far as messages and rows can hold it. */
    hostile: readonly HostileValue[];
    /** Posts a message in a proper envelope past the client; the answers to it that came within the time. */
    postRaw: (message: unknown, wait?: number) => Promise<{ ok: boolean; error?: { code: string } }[]>;
  }
}

/** Gives a connected page the hostile corpus, and a way to the worker that goes past the client: by messages that wake it, or by a port. */
export async function arm(page: Page, site: Site, way: 'messages' | 'a port' = 'messages'): Promise<void> {
  await writeFile(join(site.overlay, 'hostile.js'), await bundle('hostile/corpus.ts', 'es'));
  await page.evaluate(async (isByPort) => {
    const source = '/hostile.js';
    const { cloneable } = (await import(source)) as { cloneable: readonly HostileValue[] };
    window.hostile = cloneable;
    const client = crypto.randomUUID();
    let order = 0;
    const [registration] = await navigator.serviceWorker.getRegistrations();
    const { port1, port2 } = new MessageChannel();
    if (isByPort) registration?.active?.postMessage({ nudgeloop: 1, kind: 'wake', client, database: 'nudgeloop' }, [port2]);
    const from: EventTarget = isByPort ? port1 : navigator.serviceWorker;
    port1.start();
    navigator.serviceWorker.startMessages();
    window.postRaw = async (message, wait = 2_000) => {
      order += 1;
      const shared = { nudgeloop: 1, client, database: 'nudgeloop' };
      const answers: { ok: boolean }[] = [];
      return new Promise((resolve) => {
        const heard = (event: Event): void => {
          const { data } = event as MessageEvent<{ client: string; message?: { value?: { ok: boolean } }; parts?: { value?: { ok: boolean } }[] }>;
          const values = (data.parts ?? [data.message]).flatMap((answer) => answer?.value ?? []);
          if (data.client !== client || values.length === 0) return;
          answers.push(...values);
          end();
        };
        const end = (): void => {
          from.removeEventListener('message', heard);
          resolve(answers);
        };
        from.addEventListener('message', heard);
        setTimeout(end, wait);
        if (isByPort) port1.postMessage({ ...shared, kind: 'bundle', parts: [[order, order, message]] });
        else registration?.active?.postMessage({ ...shared, kind: 'request', order, first: order, message });
      });
    };
  }, way === 'a port');
}
