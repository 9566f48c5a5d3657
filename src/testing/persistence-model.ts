import type { GoalFeedbackPersistence, JournalEntry } from '../storage/persistence.ts';
import { expectEqual } from './expect-equal.ts';
import { createRandom } from './random.ts';

/**
 * Plays a random history of appends, removals, failures and reads on a provider, and on a plain list beside it; rejects
 * at the first difference. The same seed plays the same history.
 *
 * @param store empty
 * @param seed any whole number
 */
export async function runRandomHistory(store: GoalFeedbackPersistence, seed: number): Promise<void> {
  const random = createRandom(seed);
  let model: JournalEntry[] = [];
  let next = 0;
  for (let turn = 0; turn < 60; turn += 1) {
    const added = Array.from({ length: random(random(4) === 0 ? 600 : 4) }, (_, index) => {
      return { seq: next + index, at: random(1_000), value: { turn, index } };
    });
    const first = random(next + 1);
    const last = first + random(300);
    const cutoff = random(200);
    const isBroken = random(5) === 0;
    const after = [...model, ...added].filter(({ seq }) => seq < first || seq > last);
    const where = `turn ${turn} of seed ${seed}`;
    await store
      .write('random', async (tx) => {
        if (added.length > 0) tx.append('pending', added);
        await tx.removeRange('pending', first, last);
        const oldest = after.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
        expectEqual((await tx.oldestAt('pending')) ?? null, after.length === 0 ? null : oldest, `${where}, oldest`);
        expectEqual(await tx.readExpired('pending', cutoff), after.filter(({ at }) => at < cutoff), `${where}, expired`);
        if (isBroken) throw new BrokenOnPurpose();
      })
      .catch((error: unknown) => {
        if (!(error instanceof BrokenOnPurpose)) throw error;
      });
    if (!isBroken) {
      model = after;
      next += added.length;
    }
    const from = random(next + 1);
    const limit = 1 + random(50);
    const seen = await store.read('random', async (tx) => ({
      forward: await tx.readForward('pending', from, limit),
      newest: await tx.readNewest('pending', from, limit),
    }));
    expectEqual(seen.forward, model.filter(({ seq }) => seq >= from).slice(0, limit), `${where}, forward`);
    expectEqual(seen.newest, model.filter(({ seq }) => seq < from).slice(-limit), `${where}, newest`);
  }
}

class BrokenOnPurpose extends Error {}
