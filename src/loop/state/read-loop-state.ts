import { NudgeloopError } from '../../errors.ts';
import { isPlainRecord, type JsonValue } from '../../model/plain-data.ts';
import { JOURNALS } from '../../storage/persistence.ts';
import { isLikeState } from './check-state.ts';
import { initialLoopState, STATE_KEY, STATE_VERSION, type LoopState } from './loop-state.ts';

/**
 * Reads a state document. Fields that a newer minor release added are kept.
 *
 * @param document as it was stored
 * @throws NudgeloopError `storage.newer` if a newer version wrote it, `message.invalid` if it is not a state
 */
export function readLoopState(document: JsonValue | undefined): LoopState {
  if (document === undefined) return initialLoopState();
  const version = isPlainRecord(document) ? document['version'] : undefined;
  if (typeof version !== 'number') throw notOurs();
  if (version > STATE_VERSION) {
    throw new NudgeloopError(
      'storage.newer',
      `The loop's state has version ${version}; this build reads up to ${STATE_VERSION}. Reload the page, or update this build.`,
      { seen: version, limit: STATE_VERSION },
    );
  }
  const model = initialLoopState();
  const state = { ...model, ...(document as Partial<LoopState>) };
  // What an older release did not count starts at 0.
  for (const journal of JOURNALS) {
    Object.assign(state, { [journal]: { ...model[journal], ...state[journal] } });
  }
  if (!isLikeState(state, model)) throw notOurs();
  return state;
}

function notOurs(): NudgeloopError {
  return new NudgeloopError(
    'message.invalid',
    'The stored state of the loop has an unexpected form: something else wrote to this database. Erase the loop to start again.',
    { path: STATE_KEY },
  );
}
