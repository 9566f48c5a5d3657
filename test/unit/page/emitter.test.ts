import { expect, test } from 'vitest';
import { createEmitter } from '../../../src/page/loop/emitter.ts';

interface Events {
  readonly said: string;
}

function setUp() {
  const heard: string[] = [];
  const failed: unknown[] = [];
  const emitter = createEmitter<Events>(3, (_event, error) => failed.push(error));
  return { heard, failed, emitter };
}

test('a listener that another one took off before its turn is not called', () => {
  const { heard, emitter } = setUp();
  emitter.on('said', () => off());
  const off = emitter.on('said', (word) => heard.push(word));
  emitter.emit('said', 'hello');
  expect(heard).toEqual([]);
});

test('no listener is told anything older than the end that another one brought about', () => {
  const { heard, emitter } = setUp();
  emitter.on('said', (word) => {
    if (word === 'end') return;
    emitter.emit('said', 'end');
    emitter.clear();
  });
  emitter.on('said', (word) => heard.push(word));
  emitter.emit('said', 'hello');
  expect(heard).toEqual(['end']);
});

test('a listener that is added meanwhile hears the next event, and one that throws keeps nobody from hearing this one', () => {
  const { heard, failed, emitter } = setUp();
  const error = new Error('mine');
  emitter.on('said', () => {
    emitter.on('said', (word) => heard.push(`late ${word}`));
    throw error;
  });
  emitter.on('said', (word) => heard.push(word));
  emitter.emit('said', 'hello');
  expect(heard).toEqual(['hello']);
  expect(failed).toEqual([error]);
  emitter.emit('said', 'again');
  expect(heard).toEqual(['hello', 'again', 'late again']);
});

test('the last listener is told the newest state, though one before it brings it about', () => {
  const { heard, emitter } = setUp();
  let state = 'old';
  emitter.on('said', () => {
    if (state === 'new') return;
    state = 'new';
    emitter.emit('said', () => state);
  });
  emitter.on('said', (word) => heard.push(word));
  emitter.emit('said', () => state);
  expect(heard.at(-1)).toBe('new');
});
