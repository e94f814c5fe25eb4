import { expect } from 'chai';
import { execa } from 'execa';
import { root } from '../../build/modules.ts';

/** What `npm start` shows when everything is set up and built; it must end well. */
export async function startDemo(...options: readonly string[]): Promise<string> {
  const { exitCode, all } = await execa('tsx', ['testnode/demo.ts', ...options], {
    cwd: root,
    all: true,
    reject: false,
    preferLocal: true,
  });
  expect(exitCode, all).to.equal(0);
  return all;
}
