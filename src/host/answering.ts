import { NudgeloopError, toNudgeloopError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { copyPlainData, type PlainDataLimits } from '../model/plain-data.ts';
import { check as checked } from '../model/schema.ts';
import type { Answer, WorkerApi } from '../protocol/api.ts';
import { BULKY_METHODS, requestSchemas, type WorkerMethod } from '../protocol/requests.ts';
import type { Methods } from './host-types.ts';
import type { Turns } from './turns.ts';

/**
 * The limits of a request without lists of actions: enough for 1,000 places to acknowledge, or the options of a
 * strategy.
 */
const SMALL: PlainDataLimits = { depth: 8, nodes: 2_000, characters: 32_768 };

/** The most issues of a refused request that are reported. */
const TOLD_ISSUES = 3;

/** Methods whose answers need no epoch added: `hello` returns it, and `record` refuses any but the caller's. */
const KNOWS_EPOCH: ReadonlySet<string> = new Set<WorkerMethod>(['hello', 'record']);

/** The methods and the epoch, once the host is open. */
export interface Answering {
  readonly methods: Methods;
  readonly epoch: () => Promise<string>;
}

/**
 * Makes methods that anybody may call: each checks its request, and answers with data whatever happens. They are
 * frozen, flat, own functions, so they are safe to expose: nothing else of a host can be reached through them.
 *
 * @param open opens the host; called at each call
 * @param log gets failures that are no refusals
 * @param turns where each call takes its place when it arrives
 */
export function answering(open: () => Promise<Answering>, log: Log, turns: Turns): WorkerApi {
  // Without a prototype, so a method named by a message can only be one of these.
  const api: Record<string, (request: unknown) => Promise<Answer<unknown>>> = Object.create(null);
  for (const method of Object.keys(requestSchemas) as WorkerMethod[]) {
    api[method] = async (request) => {
      const turn = turns.take(method === 'erase');
      let opened: Answering | undefined;
      try {
        const opening = open();
        // A schema is made at its first use: make it here, while the database opens.
        requestSchemas[method]();
        opened = await opening;
        await turn.begins;
        const value = await opened.methods[method](check(method, request) as never, turn.end);
        // What was done must not look refused because the epoch can no longer be read.
        const epoch = KNOWS_EPOCH.has(method) ? undefined : await opened.epoch().catch(() => undefined);
        return { ok: true, value, ...(epoch !== undefined && { epoch }) };
      } catch (error) {
        const typed = toNudgeloopError(error);
        // If the host can't be opened, that is logged where it is opened.
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
  // The sentence consists of the path and what is wanted there, never of the input itself.
  const issues = result.issues.slice(0, TOLD_ISSUES).map(({ path, code, expected }) => `${path.map(String).join('.') || 'request'} (${expected ? `pass ${expected}` : code})`);
  throw refused(method, issues);
}

function refused(method: string, issues: readonly string[]): NudgeloopError {
  const isOption = issues.every((issue) => issue.startsWith('settings'));
  return new NudgeloopError(
    isOption ? 'options.invalid' : 'message.invalid',
    `The call ${method} is invalid: ${issues.join(', ')}. Correct the call, or deploy page and worker together.`,
    { call: method, issues: issues.join(', ').slice(0, 300) },
  );
}
