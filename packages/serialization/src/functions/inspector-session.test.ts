import { expect, jest, test } from '@jest/globals';
import { ask, withSession, type Session } from './inspector-session.js';

type Callback = (error: Error | null, result?: object) => void;

test('an inspector that answers later, as on Bun and Deno, ends no program and is asked once', () => {
  expect(withSession({}, (session) => ask(session, 'Runtime.evaluate', { expression: '1' }))).toMatchObject({ result: { value: 1 } });

  const waiting: Callback[] = [];
  const late = { post: (_method: string, _parameters: object, callback: Callback) => waiting.push(callback) } as unknown as Session;
  expect(() => ask(late, 'Runtime.evaluate')).toThrow('the inspector does not answer Runtime.evaluate at once');
  expect(() => {
    waiting.forEach((answer) => {
      answer(new Error("'Runtime.evaluate' wasn't found"));
    });
  }).not.toThrow();

  const look = jest.fn();
  expect(withSession({}, look)).toBeUndefined();
  expect(look).not.toHaveBeenCalled();
});
