import { describe, expect, onTestFinished, test } from 'vitest';
import { copyPlainData, type PlainDataLimits } from '../../../src/model/plain-data.ts';

/** Deep enough that the number of values decides. */
const LIMITS: PlainDataLimits = { depth: 100, nodes: 10_000, characters: 100_000 };

/** So many levels of lists, each of which holds the one below twice: few objects, and 2^levels ways to the innermost. */
function doubled(levels: number, innermost: object): object {
  let list = innermost;
  for (let level = 0; level < levels; level += 1) list = [list, list];
  return list;
}

/** Counts how often it is visited. */
function counter() {
  const counted = {
    visits: 0,
    leaf: {
      get steps() {
        counted.visits += 1;
        return 1;
      },
    },
  };
  return counted;
}

describe('data that stands in several places', () => {
  test('is copied to each of them, so that a list of tags may be in two fields', () => {
    const tags = ['walk', 'dog'];
    const copy = copyPlainData({ tags, shown: tags }, LIMITS);
    expect(copy).toMatchObject({ data: { tags, shown: tags } });
    const { data } = copy as unknown as { readonly data: { readonly tags: unknown; readonly shown: unknown } };
    expect(data.tags).not.toBe(data.shown);
    expect(data.tags).not.toBe(tags);
  });

  test('costs as much as if each place had its own', () => {
    const tags = ['walk', 'dog'];
    const shared = copyPlainData({ tags, shown: tags }, LIMITS);
    const apart = copyPlainData({ tags: ['walk', 'dog'], shown: ['walk', 'dog'] }, LIMITS);
    expect(shared).toHaveProperty('size', (apart as unknown as { readonly size: number }).size);
    const list = Array.from({ length: 60 }, () => 0);
    expect(copyPlainData([list], { ...LIMITS, nodes: 100 })).toHaveProperty('data');
    expect(copyPlainData([list, list], { ...LIMITS, nodes: 100 })).toMatchObject({ problem: { problem: 'too many values' } });
  });

  test('is refused once it costs more than the budget: 40 levels, each with the one below twice, are not walked', () => {
    const innermost = counter();
    const copy = copyPlainData(doubled(40, innermost.leaf), LIMITS);
    expect(copy).toMatchObject({ problem: { problem: 'too many values' } });
    expect(innermost.visits).toBeGreaterThan(100);
    expect(innermost.visits).toBeLessThan(LIMITS.nodes);
  });

  test('is refused as a cycle when it holds itself', () => {
    const ring: Record<string, unknown> = { steps: 1 };
    ring['self'] = [ring];
    expect(copyPlainData(ring, LIMITS)).toMatchObject({ problem: { problem: 'cycle or too deep' } });
  });
});

describe('what somebody added to every record', () => {
  test('is no field of an action, and can not make one be refused', () => {
    const shout = { value: () => undefined, enumerable: true, configurable: true, writable: true };
    const ofAllRecords = Object.getPrototypeOf({}) as object;
    onTestFinished(() => void Reflect.deleteProperty(ofAllRecords, 'shout'));
    Object.defineProperty(ofAllRecords, 'shout', shout);
    const copy = copyPlainData({ steps: 1, at: { place: 'home' } }, LIMITS);
    Reflect.deleteProperty(ofAllRecords, 'shout');
    expect(copy).toMatchObject({ size: 'stepsatplacehome'.length + 4 });
  });
});
