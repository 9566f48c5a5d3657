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

/** Gives a connected page the hostile corpus, and a way to the worker that goes past the client. */
export async function arm(page: Page, site: Site): Promise<void> {
  await writeFile(join(site.overlay, 'hostile.js'), await bundle('hostile/corpus.ts', 'es'));
  await page.evaluate(async () => {
    const source = '/hostile.js';
    const { cloneable } = (await import(source)) as { cloneable: readonly HostileValue[] };
    window.hostile = cloneable;
    const client = crypto.randomUUID();
    let order = 0;
    window.postRaw = async (message, wait = 2_000) => {
      const [registration] = await navigator.serviceWorker.getRegistrations();
      order += 1;
      const envelope = { nudgeloop: 1, kind: 'request', client, database: 'nudgeloop', order, first: order, message };
      const answers: { ok: boolean }[] = [];
      return new Promise((resolve) => {
        const heard = ({ data }: MessageEvent): void => {
          if (data.client !== client) return;
          answers.push(data.message.value);
          end();
        };
        const end = (): void => {
          navigator.serviceWorker.removeEventListener('message', heard);
          resolve(answers);
        };
        navigator.serviceWorker.addEventListener('message', heard);
        navigator.serviceWorker.startMessages();
        setTimeout(end, wait);
        registration?.active?.postMessage(envelope);
      });
    };
  });
}
