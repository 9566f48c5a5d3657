import { expect, test } from 'vitest';
import { createLoopLife } from '../../../src/page/loop/loop-life.ts';

/** What a page knows, and how often its app was told. */
function setUp() {
  let told = 0;
  const life = createLoopLife(() => {
    told += 1;
  });
  const learn = (name: string): void => life.note(name, life.heardErasures());
  return { life, learn, told: () => told };
}

test.each(['x', ''])('the app hears once of an erasure that ended %j, however often that is told', (ended) => {
  const { life, learn, told } = setUp();
  learn(ended);
  for (let times = 0; times < 3; times += 1) life.end(ended);
  learn('y');
  life.end(ended);
  expect([told(), life.heardErasures(), life.name()]).toEqual([1, 1, 'y']);
});

test('the app hears once of each of two erasures of which the page hears twice, the second of a loop with nothing in it', () => {
  const { life, told } = setUp();
  for (const ended of ['x', '', 'x', '']) life.end(ended);
  expect(told()).toBe(2);
});

test('an app whose page had not learnt the name of the life hears once of its end too', () => {
  const { life, learn, told } = setUp();
  learn('');
  life.end('x');
  learn('');
  life.end('x');
  expect([told(), life.name()]).toEqual([1, '']);
});

test('the app hears of the end of a life by the name of the next one, and not again', () => {
  const { life, learn, told } = setUp();
  learn('x');
  learn('y');
  life.end('x');
  expect([told(), life.name()]).toEqual([1, 'y']);
});

test('the app hears of the end of a life of which somebody said before that it had ended', () => {
  const { life, learn, told } = setUp();
  learn('x');
  life.end('x');
  learn('x');
  life.end('x');
  expect(told()).toBe(2);
});

test('a late word of a life before does not keep the app from hearing of the end of this one', () => {
  const { life, learn, told } = setUp();
  learn('y');
  life.end('x');
  learn('y');
  life.end('y');
  expect(told()).toBe(2);
});

test('the beginning of a life is the end of none, and an answer from before an erasure tells of none', () => {
  const { life, learn, told } = setUp();
  learn('');
  learn('x');
  const before = life.heardErasures();
  life.end('x');
  life.note('x', before);
  life.note(undefined, life.heardErasures());
  expect([told(), life.name()]).toEqual([1, undefined]);
});

test('each erasure by a worker that names no lives is told, and in a lost database that of an empty loop', () => {
  const { life, told } = setUp();
  life.end(undefined);
  life.end(undefined);
  expect(told()).toBe(2);
  life.end('');
  life.forget(false);
  life.end('');
  expect([told(), life.heardErasures()]).toEqual([4, 4]);
});

test('an app that erases a loop without anything in it, before and after one with something, hears of each', () => {
  const { life, learn, told } = setUp();
  learn('');
  life.end('');
  learn('x');
  life.end('x');
  learn('');
  life.end('');
  life.end('');
  expect(told()).toBe(3);
});
