import { createNudgeloop } from 'nudgeloop';

export const loop = createNudgeloop({ goalState: { steps: 10_000 }, retentionWindow: { days: 30 } });
