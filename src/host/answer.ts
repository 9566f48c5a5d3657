import { NudgeloopError, toNudgeloopError } from '../errors.ts';
import type { Log } from '../log/log.ts';
import { copyPlainData, type PlainDataLimits } from '../model/plain-data.ts';
import { check as checked } from '../model/schema.ts';
import type { Answer, WorkerAnswers, WorkerApi } from '../protocol/api.ts';
import { BULKY_METHODS, requestSchemas, type WorkerMethod, type WorkerRequest } from '../protocol/requests.ts';

/** What a request without lists of actions may cost: 1,000 places to acknowledge, or the options of a strategy. */
const SMALL: PlainDataLimits = { depth: 8, nodes: 2_000, characters: 32_768 };

/** Issues of a refused request that are told at the most. */
const TOLD_ISSUES = 3;

/** The methods themselves: each is given a checked request, and may throw. */
export type Methods = {
  readonly [Method in WorkerMethod]: (request: WorkerRequest<Method>) => Promise<WorkerAnswers[Method]>;
};

/**
 * Makes methods that may be called by anybody: each checks what it is given, and answers data whatever happens.
 *
 * @param methods by their names, which name the schemas
 * @param log is told failures that are no refusals
 */
export function answering(methods: Methods, log: Log): WorkerApi {
  const api: Partial<Record<WorkerMethod, (request: unknown) => Promise<Answer<unknown>>>> = {};
  for (const method of Object.keys(methods) as WorkerMethod[]) {
    api[method] = async (request) => {
      try {
        return { ok: true, value: await methods[method](check(method, request) as never) };
      } catch (error) {
        const typed = toNudgeloopError(error);
        if (/^(?:internal|storage\.|strategy\.failed)/.test(typed.code)) {
          log.error('call.failed', { call: method, code: typed.code, seen: typed.details?.['seen'] ?? '' });
        }
        return { ok: false, error: typed.toData() };
      }
    };
  }
  return api as WorkerApi;
}

function check(method: WorkerMethod, request: unknown): unknown {
  // Walked before a schema sees it: cycles and lists of holes pass structured clone, and stall or crash a schema.
  const walked = BULKY_METHODS.has(method) ? { data: request } : copyPlainData(request, SMALL);
  if ('problem' in walked) throw refused(method, [`${walked.problem.path || 'request'} (${walked.problem.problem})`]);
  const result = checked(requestSchemas[method](), walked.data);
  if ('data' in result) return result.data;
  // The path and the kind of issue make the sentence. Never the input itself.
  const issues = result.issues.slice(0, TOLD_ISSUES).map(({ path, code }) => `${path.map(String).join('.') || 'request'} (${code})`);
  throw refused(method, issues);
}

function refused(method: string, issues: readonly string[]): NudgeloopError {
  const isOption = issues.every((issue) => issue.startsWith('settings'));
  return new NudgeloopError(
    isOption ? 'options.invalid' : 'message.invalid',
    `The call ${method} is refused: ${issues.join(', ')}. See the documentation of the option or method.`,
    { call: method, issues: issues.join(', ').slice(0, 300) },
  );
}
