import { NudgeloopError, toNudgeloopError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { copyPlainData, type PlainDataLimits } from '../model/plain-data.ts';
import { check as checked } from '../model/schema.ts';
import type { Answer, WorkerApi } from '../protocol/api.ts';
import { BULKY_METHODS, requestSchemas, type WorkerMethod } from '../protocol/requests.ts';
import type { Methods } from './host-types.ts';
import type { Turns } from './turns.ts';

/** What a request without lists of actions may cost: 1,000 places to acknowledge, or the options of a strategy. */
const SMALL: PlainDataLimits = { depth: 8, nodes: 2_000, characters: 32_768 };

/** Issues of a refused request that are told at the most. */
const TOLD_ISSUES = 3;

/** Methods whose answers need no epoch beside them: one tells it, and one refuses another than the caller's. */
const KNOWS_EPOCH: ReadonlySet<string> = new Set<WorkerMethod>(['hello', 'record']);

/** What answers, once it is open. */
export interface Answering {
  readonly methods: Methods;
  readonly epoch: () => Promise<string>;
}

/**
 * Makes methods that may be called by anybody: each checks what it is given, and answers data whatever happens. Frozen, flat, own functions
 * only: safe to expose, and nothing else of a host can be reached through it.
 *
 * @param open asked at each call
 * @param log is told failures that are no refusals
 * @param turns where each call takes its place when it arrives
 */
export function answering(open: () => Promise<Answering>, log: Log, turns: Turns): WorkerApi {
  // Without a prototype, so that a method named by a message can only be one of these.
  const api: Record<string, (request: unknown) => Promise<Answer<unknown>>> = Object.create(null);
  for (const method of Object.keys(requestSchemas) as WorkerMethod[]) {
    api[method] = async (request) => {
      const turn = turns.take(method === 'erase');
      let opened: Answering | undefined;
      try {
        const opening = open();
        // A schema is made when first asked for: here that is while the database opens.
        requestSchemas[method]();
        opened = await opening;
        await turn.begins;
        const value = await opened.methods[method](check(method, request) as never, turn.end);
        // What was done is not refused since nobody can say any more in which life of the database.
        const epoch = KNOWS_EPOCH.has(method) ? undefined : await opened.epoch().catch(() => undefined);
        return { ok: true, value, ...(epoch !== undefined && { epoch }) };
      } catch (error) {
        const typed = toNudgeloopError(error);
        // What keeps it from being opened is told where it is opened.
        if (opened !== undefined && /^(?:internal|storage\.|strategy\.failed)/.test(typed.code)) {
          log.error('call.failed', { call: method, code: typed.code, seen: typed.details?.['seen'] ?? '' });
        }
        return { ok: false, error: typed.toData() };
      } finally {
        turn.end();
      }
    };
  }
  return Object.freeze(api) as unknown as WorkerApi;
}

function check(method: WorkerMethod, request: unknown): unknown {
  // Walked before a schema sees it: cycles and lists of holes pass structured clone, and stall or crash a schema.
  const walked = BULKY_METHODS.has(method) ? { data: request } : copyPlainData(request, SMALL);
  if ('problem' in walked) throw refused(method, [`${walked.problem.path || 'request'} (${walked.problem.problem})`]);
  const result = checked(requestSchemas[method](), walked.data);
  if ('data' in result) return result.data;
  // The path and what is wanted there make the sentence. Never the input itself.
  const issues = result.issues.slice(0, TOLD_ISSUES).map(({ path, code, expected }) => `${path.map(String).join('.') || 'request'} (${expected ? `pass ${expected}` : code})`);
  throw refused(method, issues);
}

function refused(method: string, issues: readonly string[]): NudgeloopError {
  const isOption = issues.every((issue) => issue.startsWith('settings'));
  return new NudgeloopError(
    isOption ? 'options.invalid' : 'message.invalid',
    `The call ${method} is invalid: ${issues.join(', ')}. See the documentation.`,
    { call: method, issues: issues.join(', ').slice(0, 300) },
  );
}
