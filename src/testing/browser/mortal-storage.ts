import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';
import { watchTransaction } from '../watched-transaction.ts';
import type { Life } from './life.ts';

/**
 * When a worker is killed: `now`; as its next write is about to be committed, which is then undone; or once its next write
 * is committed, before anybody is told.
 */
export type WorkerDeath = 'now' | 'before-commit' | 'after-commit';

/** What a storage is used with. */
export interface MortalStorageOptions {
  readonly storage: GoalFeedbackPersistence;
  /** Whose. */
  readonly life: Life;
  /** Whether the user is to die at this point; asked once for each point. */
  readonly diesAt: (point: WorkerDeath) => boolean;
}

/**
 * A storage as one worker or page uses it. When its life ends, the write that is under way is undone, and what it waits for
 * never comes; what it asks for later is not done.
 */
export function mortalStorage({ storage, life, diesAt }: MortalStorageOptions): GoalFeedbackPersistence {
  const never = (): Promise<never> => new Promise(() => undefined);

  /** Settles as the work does, if anybody is there to see it. */
  const asLongAsItLives = <T>(work: () => Promise<T>): Promise<T> => {
    if (life.isOver()) return never();
    return new Promise<T>((resolve, reject) => {
      work().then(
        (value) => life.isOver() || resolve(value),
        (error: unknown) => life.isOver() || reject(error as Error),
      );
    });
  };

  const assertAlive = (): void => {
    if (life.isOver()) throw new Error('the one who wrote this is dead');
  };

  /** Ends the life if it is to end here, and with it the transaction that is still open. */
  const pass = (point: WorkerDeath): void => {
    if (diesAt(point)) life.end();
    assertAlive();
  };

  return {
    durable: storage.durable,
    probe: () => asLongAsItLives(() => storage.probe()),
    epoch: () => asLongAsItLives(() => storage.epoch()),
    loops: () => asLongAsItLives(() => storage.loops()),
    read: (loop, work) => asLongAsItLives(() => storage.read(loop, work)),
    write: (loop, work) =>
      asLongAsItLives(async () => {
        let isChanged = false;
        const result = await storage.write(loop, async (base) => {
          assertAlive();
          const watched = watchTransaction(base);
          const value = await work(watched.transaction);
          assertAlive();
          isChanged = watched.isChanged();
          if (isChanged) pass('before-commit');
          return value;
        });
        if (isChanged) pass('after-commit');
        return result;
      }),
    eraseAll: (look) =>
      asLongAsItLives(async () => {
        pass('before-commit');
        await storage.eraseAll(look);
        pass('after-commit');
      }),
    // The storage is everybody's; what one of them lets go of stays open for the others.
    close: async () => undefined,
  };
}
