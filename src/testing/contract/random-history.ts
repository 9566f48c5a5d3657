import { JOURNALS, type GoalFeedbackPersistence, type Journal, type JournalEntry } from '../../storage/persistence.ts';
import { expectEqual } from '../expect-equal.ts';
import { createRandom } from '../random.ts';

/** What a journal must hold. */
interface Model {
  readonly journal: Journal;
  held: readonly JournalEntry[];
  /** The place of its next entry. */
  next: number;
}

/**
 * Plays a random history of appends, removals, failures and reads on two journals of a provider, and on plain lists as
 * a model. Rejects at the first difference. The same seed plays the same history; three consecutive seeds use all
 * journals.
 *
 * @param store empty
 * @param seed any whole number
 */
export async function runRandomHistory(store: GoalFeedbackPersistence, seed: number): Promise<void> {
  const random = createRandom(seed);
  const models = [0, 1].map((offset): Model => ({ journal: JOURNALS[(seed + offset) % JOURNALS.length]!, held: [], next: 0 }));
  for (let turn = 0; turn < 60; turn += 1) {
    const changed = models[random(models.length)]!;
    const { journal, next } = changed;
    const added = Array.from({ length: random(random(4) === 0 ? 600 : 4) }, (_, index) => {
      return { seq: next + index, at: random(1_000), value: { journal, turn, index } };
    });
    const first = random(next + 1);
    const last = first + random(300);
    const cutoff = random(200);
    const isBroken = random(5) === 0;
    const after = [...changed.held, ...added].filter(({ seq }) => seq < first || seq > last);
    const where = `turn ${turn} of seed ${seed}`;
    await store
      .write('random', async (tx) => {
        if (added.length > 0) tx.append(journal, added);
        await tx.removeRange(journal, first, last);
        for (const model of models) {
          const held: readonly JournalEntry[] = model === changed ? after : model.held;
          const oldest = held.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
          expectEqual((await tx.oldestAt(model.journal)) ?? null, held.length === 0 ? null : oldest, `${where}, oldest of ${model.journal}`);
          expectEqual(await tx.readExpired(model.journal, cutoff), held.filter(({ at }) => at < cutoff), `${where}, expired of ${model.journal}`);
        }
        if (isBroken) throw new BrokenOnPurpose();
      })
      .catch((error: unknown) => {
        if (!(error instanceof BrokenOnPurpose)) throw error;
      });
    if (!isBroken) {
      changed.held = after;
      changed.next += added.length;
    }
    const limit = 1 + random(50);
    for (const model of models) {
      const from = random(model.next + 1);
      const seen = await store.read('random', async (tx) => ({
        forward: await tx.readForward(model.journal, from, limit),
        newest: await tx.readNewest(model.journal, from, limit),
      }));
      expectEqual(seen.forward, model.held.filter(({ seq }) => seq >= from).slice(0, limit), `${where}, forward in ${model.journal}`);
      expectEqual(seen.newest, model.held.filter(({ seq }) => seq < from).slice(-limit), `${where}, newest in ${model.journal}`);
    }
  }
}

class BrokenOnPurpose extends Error {}
