import { afterEach, describe, expect, test } from '@jest/globals';
import { InlineExecutor } from '../inline/inline-executor.js';
import { defaultExecutor, provideDefaultExecutor, setDefaultExecutor } from './default-executor.js';

afterEach(() => {
  setDefaultExecutor(undefined);
});

describe('the default executor', () => {
  test("is nobody's, then the one that is offered first, and the chosen one before that", () => {
    expect(defaultExecutor()).toBeUndefined();
    const [offered, chosen] = [new InlineExecutor(), new InlineExecutor()];
    provideDefaultExecutor(() => offered);
    provideDefaultExecutor(() => chosen);
    expect(defaultExecutor()).toBe(offered);
    setDefaultExecutor(chosen);
    expect(defaultExecutor()).toBe(chosen);
    setDefaultExecutor(undefined);
    expect(defaultExecutor()).toBe(offered);
  });

  test.each([null, 5, {}, InlineExecutor])('%p is none', (wrong) => {
    expect(() => {
      setDefaultExecutor(wrong as never);
    }).toThrow('setDefaultExecutor: an Executor is needed, got ');
  });
});
