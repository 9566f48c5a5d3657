/** More than any action may hold. */
const HUGE = 10_000_000;

/** Answers that no strategy should give, by name. */
export const badAnswers: Readonly<Record<string, () => unknown>> = {
  'no answer': () => undefined,
  'no list': () => ({ steps: 1, length: 1 }),
  'a text': () => 'steps',
  'numbers and nothing': () => [42, null, undefined],
  'a hole': () => Object.assign([], { 1: { steps: 1 } }),
  'a function': () => [{ steps: () => 1 }],
  'a bigint': () => [{ steps: 1n }],
  'no number': () => [{ steps: Number.NaN }],
  'a class': () => [new Map([['steps', 1]])],
  'a prototype': () => [JSON.parse('{"__proto__":{"canary":1},"steps":1}')],
  'a huge text': () => [{ steps: 1, text: 'x'.repeat(HUGE) }],
  'a hundred thousand': () => Array.from({ length: 100_000 }, () => ({ steps: 1 })),
  'a circle': () => {
    const circle: Record<string, unknown> = { steps: 1 };
    circle['self'] = circle;
    return [circle];
  },
  'a depth': () => {
    let deep: unknown = 1;
    for (let level = 0; level < 50_000; level += 1) deep = { deep };
    return [deep];
  },
  'a getter that throws': () => [
    {
      get steps(): number {
        throw new Error('a getter that throws');
      },
    },
  ],
  'a proxy that throws': () =>
    new Proxy([], {
      get() {
        throw new Error('a proxy that throws');
      },
    }),
  'a then that throws': () => ({
    // oxlint-disable-next-line unicorn/no-thenable
    then() {
      throw new Error('a then that throws');
    },
  }),
};
