import { GOAL_LIMITS } from '../../model/goal.ts';
import { isWholeNumber } from '../../model/is-whole-number.ts';
import { copyPlainData, isPlainRecord } from '../../model/plain-data.ts';
import type { LoopState } from './loop-state.ts';
import { isNearRows } from './near-rows.ts';

/** Fields that every entry of these records must have. */
const ENTRIES: { readonly [Field in keyof LoopState]?: readonly string[] } = {
  metrics: ['value', 'seq'],
  tries: ['attempts', 'until', 'done', 'size'],
  sourceBackoffs: ['failures', 'until'],
};

/** Fields that may be null, and what they contain otherwise. */
const NULLABLE: { readonly [Field in keyof LoopState]?: readonly string[] } = {
  goalState: [],
  backoff: ['failures', 'until'],
  time: ['trusted', 'seen', 'since'],
};

/**
 * Whether this code can work with a stored state. Any script of the origin can write to the database, and a count that
 * is not a number would spoil every sum. Fields of a newer release are left alone.
 *
 * @param state the stored state, with absent fields filled in
 * @param model a state of the right form
 */
export function isLikeState(state: LoopState, model: LoopState): boolean {
  return (Object.keys(model) as (keyof LoopState)[]).every((field) => {
    const value: unknown = state[field];
    const wanted: unknown = model[field];
    const nullable = NULLABLE[field];
    if (field === 'near') return isNearRows(value);
    if (field === 'goalState' && 'problem' in copyPlainData(value, GOAL_LIMITS)) return false;
    if (nullable !== undefined) return value === null || hasNumbers(value, nullable);
    if (!isPlainRecord(wanted)) return typeof value === 'number' ? isWholeNumber(value) : typeof value === typeof wanted;
    if (!isPlainRecord(value)) return false;
    const inside = ENTRIES[field];
    if (inside !== undefined) return Object.values(value).every((entry) => hasNumbers(entry, inside));
    // What is null in the model is a time, or null.
    return Object.keys(wanted).every((key) => isWholeNumber(value[key]) || (wanted[key] === null && (value[key] === null || Number.isFinite(value[key]))));
  });
}

function hasNumbers(value: unknown, keys: readonly string[]): boolean {
  return isPlainRecord(value) && keys.every((key) => Number.isFinite(value[key]));
}
