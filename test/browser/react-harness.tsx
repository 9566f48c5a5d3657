import { createNudgeloop, type ClientOptions, type LoopClient, type NudgeloopClient } from 'nudgeloop';
import { useGoal, useNudgeloop, useNudges } from 'nudgeloop/react';
import { useEffect, type ReactNode } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, vi } from 'vitest';

let count = 0;
/** A loop in the page, over a database of its own. */
export const fresh = (options: ClientOptions = {}): ClientOptions => ({ serviceWorker: false, database: `react-${Date.now()}-${(count += 1)}`, ...options });

/** Channels that are open: each client in the page has exactly one. */
export let channels = new Set<BroadcastChannel>();
/** How many were opened in this test. */
export let opened = 0;
/** Where the test renders. */
export let place: HTMLElement;
let root: Root | undefined;
let clients: NudgeloopClient[] = [];

beforeEach(() => {
  channels = new Set();
  opened = 0;
  vi.stubGlobal(
    'BroadcastChannel',
    class extends BroadcastChannel {
      constructor(name: string) {
        super(name);
        opened += 1;
        channels.add(this);
      }
      override close(): void {
        channels.delete(this);
        super.close();
      }
    },
  );
  place = document.body.appendChild(document.createElement('div'));
});

afterEach(() => {
  unmount();
  for (const client of clients) client.dispose();
  clients = [];
  place.remove();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

export function render(children: ReactNode): void {
  root ??= createRoot(place);
  root.render(children);
}

/** Takes over markup that stands in the place; what does not match it is a problem. */
export function hydrate(children: ReactNode, onProblem: (error: unknown) => void): void {
  root = hydrateRoot(place, children, { onRecoverableError: onProblem });
}

export function unmount(): void {
  root?.unmount();
  root = undefined;
}

export function makeClient(options: ClientOptions): NudgeloopClient {
  const client = createNudgeloop(options);
  clients.push(client);
  return client;
}

export const text = (): string => place.textContent ?? '';

/** The loop's name, phase, goal and nudges, and a button for each nudge. */
export function Shown({ name }: { readonly name?: string }) {
  const { loop, state } = useNudgeloop(name);
  const [goal] = useGoal(name);
  const { nudges, acknowledge } = useNudges(name);
  return (
    <p>
      {`${loop.name} ${state.phase} ${JSON.stringify(goal)} [${nudges.map(({ seq }) => seq).join()}]`}
      {nudges.map((nudge) => (
        <button key={nudge.id} onClick={() => void acknowledge(nudge)} />
      ))}
    </p>
  );
}

/** Hands the loop to the test. */
export function Handing({ name, to }: { readonly name?: string; readonly to: (loop: LoopClient) => void }) {
  const { loop } = useNudgeloop(name);
  useEffect(() => to(loop), [loop, to]);
  return null;
}
