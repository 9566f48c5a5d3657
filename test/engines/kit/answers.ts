import type { Answer } from '../../faults/kit/site-server.ts';

/** Where a page looks for the ready-made worker. */
export const READY_MADE = '/nudgeloop/service-worker.js';

/** A script of the test's own. */
export const script = (body: string): Answer => ({ body, headers: { 'content-type': 'text/javascript' } });

/** What a server answers that no longer has the script, or gives it only to whom it knows. */
export const gone = {
  missing: { status: 404 },
  aPage: { body: '<!doctype html>', headers: { 'content-type': 'text/html' } },
  aRedirect: { status: 302, headers: { location: '/nudgeloop/worker.classic.js' } },
} satisfies Record<string, Answer>;
