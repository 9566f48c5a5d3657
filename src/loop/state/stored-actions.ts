import { GROWN_LIMITS, type Action } from '../../model/action.ts';
import { copyPlainRecord, isPlainRecord } from '../../model/plain-data.ts';

/** A stored action, or undefined: any script of the origin can write rows, and the app gets what is read. */
export function actionIn(value: unknown): Action | undefined {
  const copy = copyPlainRecord(value, GROWN_LIMITS);
  return 'data' in copy ? copy.data : undefined;
}

/** The actions of a row. Anything else in it is left out. */
export function actionsIn(value: unknown): Action[] {
  const actions: unknown = isPlainRecord(value) ? value['actions'] : undefined;
  if (!Array.isArray(actions)) return [];
  return actions.map(actionIn).filter((action) => action !== undefined);
}
