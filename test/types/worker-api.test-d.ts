// Compiled, not run: what a worker may and may not write against `nudgeloop/worker`.
import { createNudgeSurface, showNudges, startWorker, type NudgeSurface } from 'nudgeloop/worker';

const surface: NudgeSurface = showNudges({ render: async ({ seq }) => (seq > 0 ? { title: 'Go on', url: '/today' } : null) });
startWorker({ surface });
startWorker({ surface: createNudgeSurface(({ nudges }) => ({ told: async ({ loop }) => void (await nudges(loop ?? 'default', -1, 1)), stop: () => undefined })) });

startWorker({ database: undefined, durability: undefined, surface: undefined });
showNudges({ render: () => ({ title: 'Go on', body: undefined, icon: undefined, url: undefined }) });

// @ts-expect-error without a render
showNudges({});
// @ts-expect-error a notification needs a title
showNudges({ render: () => ({ body: 'Go on' }) });
// @ts-expect-error undefined is no way to show nothing
showNudges({ render: () => undefined });
// @ts-expect-error a misspelt option
startWorker({ surfaces: [surface] });
