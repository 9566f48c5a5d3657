import { expect, test } from 'vitest';
import { countStage } from '../../../scripts/lib/count-stage.mjs';

const reading = (report: object) => async () => report as { passed: number; failed: number };

test.each<[what: string, read: Parameters<typeof countStage>[0]]>([
  ['can\'t be read', () => Promise.reject(new SyntaxError('Unexpected end of JSON input'))],
  ['has no numbers', reading({ passed: undefined, failed: undefined })],
])('whoever runs all tests hears of a stage whose report %s, though its command ended well', async (_what, read) => {
  expect(await countStage(read, true)).toEqual({ passed: 0, failed: 1 });
});

test('a stage counts as its report says, and a command that failed is one failure at least', async () => {
  const read = reading({ passed: 3, failed: 0, skipped: ['webkit'] });
  expect(await countStage(read, true)).toEqual({ passed: 3, failed: 0, skipped: ['webkit'] });
  expect(await countStage(read, false)).toMatchObject({ passed: 3, failed: 1 });
  expect(await countStage(reading({ passed: 3, failed: 2 }), false)).toEqual({ passed: 3, failed: 2 });
  expect(await countStage(undefined, true)).toEqual({ passed: 1, failed: 0 });
  expect(await countStage(undefined, false)).toEqual({ passed: 0, failed: 1 });
});
