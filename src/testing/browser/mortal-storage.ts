import type { GoalFeedbackPersistence } from '../../storage/persistence.ts';
import { watchTransaction } from '../watched-transaction.ts';
import type { Life } from './life.ts';

/**
 * When a worker is killed: `now`; as its next write is about to be committed, which is then undone; or once its next write
 * is committed, before anybody is told.
 */
export type WorkerDeath = 'now' | 'before-commit' | 'after-commit';

/** What a mortal storage works with. */
export interface MortalStorageOptions {
  readonly storage: GoalFeedbackPersistence;
  /** The life of its user. */
  readonly life: Life;
  /** Whether the user must die at this point; asked once at each point. */
  readonly diesAt: (point: WorkerDeath) => boolean;
}

/**
 * A storage as one worker or page uses it. When the user's life ends, the write in progress is undone, and what it
 * awaits never comes. Later requests are ignored.
 */
export function mortalStorage({ storage, life, diesAt }: MortalStorageOptions): GoalFeedbackPersistence {
  const never = (): Promise<never> => new Promise(() => undefined);

  /** Settles as the work does, while the user is alive. */
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

  /** Ends the life, and the open transaction with it, if the user must die here. */
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
    // All users share the storage, so it stays open when one of them closes it.
    close: async () => undefined,
  };
}
