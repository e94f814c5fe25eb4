import { expect } from 'chai';
import { judge, type Came } from './judge.ts';
import type { Expectation } from './scenarios.ts';

const CAME: Came = { rc: 0, changed: 0, error: '', differs: false };

describe('the judgement of a run', () => {
  const passes: readonly (readonly [Expectation, Partial<Came>])[] = [
    ['predicts', { changed: 3 }],
    ['changes', { changed: 3, differs: true }],
    ['nothing', {}],
    ['refuses', { rc: 2 }],
    ['dies', { rc: undefined, differs: undefined }],
    ['differs', { differs: true }],
    ['finishes', { changed: 2, differs: true }],
    ['finishes', {}],
  ];
  for (const [expects, came] of passes)
    it(`is good where a run ${expects} as it was to`, () => {
      expect(judge(expects, { ...CAME, ...came })).to.equal(undefined);
    });

  const fails: readonly (readonly [Expectation, Partial<Came>, string])[] = [
    ['predicts', { changed: 3, differs: true }, 'the VMs are not as before'],
    ['predicts', {}, 'changed=0 where something was to do'],
    ['changes', { changed: 3 }, 'the VMs are as before'],
    ['changes', { rc: 2, error: 'no space' }, 'it failed: no space'],
    ['changes', { rc: undefined, error: 'none' }, 'it failed: none'],
    ['nothing', { changed: 1 }, 'changed=1 where nothing was to do'],
    ['nothing', { differs: true }, 'the VMs are not as before'],
    ['nothing', { differs: undefined, error: '403' }, 'nobody could look at what the node has: 403'],
    ['refuses', {}, 'it was to refuse, and did not'],
    ['refuses', { rc: 2, differs: true }, 'the VMs are not as before'],
    ['dies', {}, 'the run was over before it was killed'],
    ['differs', {}, 'the VMs are as before'],
    ['finishes', { rc: 2, error: 'no space' }, 'it failed: no space'],
  ];
  for (const [expects, came, reason] of fails)
    it(`tells "${reason}" where a run ${expects} otherwise`, () => {
      expect(judge(expects, { ...CAME, ...came })).to.equal(reason);
    });
});
