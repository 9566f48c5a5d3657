import { NudgeloopError } from '../errors.ts';
import { PROTOCOL_RANGE, type ProtocolRange } from '../protocol/version.ts';

/** The refusal of a page whose protocols this host does not speak. */
export function updateNeeded({ min, max }: ProtocolRange): NudgeloopError {
  return new NudgeloopError(
    'update.needed',
    `The page speaks protocols ${min} to ${max}, the worker ${PROTOCOL_RANGE.min} to ${PROTOCOL_RANGE.max}. Reload the page, or update the older build.`,
    { pageMax: max, workerMax: PROTOCOL_RANGE.max },
  );
}
