import type { Nudge } from '../../../src/model/nudge.ts';

/** A nudge at a place in the outbox, of one life of the loop. */
export const nudgeAt = (seq: number, life = ''): Nudge => ({
  id: `${life}${seq}`,
  seq,
  loop: 'default',
  cause: 'actions',
  createdAt: 0,
  goalState: {},
  suggestions: [],
  analysis: {},
});
