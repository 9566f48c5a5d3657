import { readFile } from 'node:fs/promises';
import { gzipSize, measureSize } from '../../scripts/lib/measure-size.mjs';
import { BENCH_SITE, PRODUCT_WORKER } from '../kit/build-bench.ts';
import { compare } from '../kit/compare.ts';
import type { Figure } from '../kit/figure.ts';

/** What a user downloads, gzipped, with all dependencies. */
export const figure: Figure = {
  name: 'sizes',
  gives: ['size-page', 'size-worker'],
  isQuick: true,
  takenOn: 'one backend',
  async measure() {
    const page = (await measureSize('src/index.ts')).first;
    const worker = gzipSize(await readFile(`${BENCH_SITE}/${PRODUCT_WORKER}`));
    const common = { goal: 1, unit: 'B' };
    return {
      results: [
        compare({ ...common, name: 'size-page', against: 'a wanted size of 9,000', ours: [page], other: 9_000 }),
        compare({ ...common, name: 'size-worker', against: 'a wanted size of 16,000', ours: [worker], other: 16_000 }),
      ],
    };
  },
};
