import type { Checker, Finding } from './checker.ts';
import { field, givenActions } from './facts.ts';

/** C4: one call has one answer: what was refused is not stored, and an id is not accepted for two contents. */
export const oneVerdict: Checker = {
  name: 'C4',
  promise: 'A call is either taken or refused',
  judge(history, final) {
    const findings: Finding[] = [];
    const broken = (text: string): void => void findings.push({ checker: 'C4', kind: 'broken', text });
    const given = givenActions(history);
    const oks = new Set(given.filter(({ end }) => end?.type === 'ok').map(({ n }) => n));
    const open = new Set(given.filter(({ end }) => end === undefined || end.type === 'info').map(({ n }) => n));
    // The actions of an import were passed before, so a refused import says nothing about them.
    const fails = new Set(given.filter(({ invoke, end }) => invoke.op !== 'import' && end?.type === 'fail').map(({ n }) => n));
    const found = new Set([...final.history, ...final.pending, ...final.dead].map(({ n }) => n));
    for (const n of fails) {
      if (oks.has(n)) broken(`action ${n} was both taken and refused`);
      else if (found.has(n) && !open.has(n)) broken(`action ${n} was refused, and is stored`);
    }
    const receipts = new Map<string, string>();
    for (const { invoke, end } of given) {
      const receipt = end?.type === 'ok' ? field(end, 'id') : undefined;
      if (typeof receipt !== 'string') continue;
      const content = (invoke.ids ?? []).join();
      const earlier = receipts.get(receipt);
      if (earlier !== undefined && earlier !== content) broken(`receipt ${receipt} was given for the actions ${earlier} and for ${content}`);
      receipts.set(receipt, content);
    }
    const ends = new Map<number, string>();
    for (const { call, type } of history) {
      if (type !== 'ok' && type !== 'fail') continue;
      if (ends.has(call)) broken(`call ${call} ended twice: ${ends.get(call)}, then ${type}`);
      ends.set(call, type);
    }
    return findings;
  },
};
