import { expect } from 'chai';
import { writeAtomically } from '../system/files.ts';
import { StepError } from '../sdk/step-error.ts';
import { qm, type ClusterAction } from '../sdk/step.ts';
import { openNode } from './cluster.ts';

describe('a node', () => {
  const door = openNode(
    {},
    [
      ({ kind }: ClusterAction) =>
        kind === 'put-snippet' ? writeAtomically('/dev/null/a.yaml', 'text', 0o640) : undefined,
    ],
    {},
  );

  it('takes a file that cannot be written for the failure of a step, not for a bug', async () => {
    const error = await door
      .perform({ kind: 'put-snippet', volume: 'local:snippets/a.yaml', content: 'text' })
      .catch((caught: unknown) => caught);

    expect(error).to.be.instanceOf(StepError);
    expect(String(error)).to.match(/ENOTDIR|EEXIST/);
  });

  it('does nothing that the module did not name', async () => {
    const error = await door.perform(qm('destroy', 200)).catch((caught: unknown) => caught);

    expect(String(error)).to.contain('nothing that performs qm');
  });

  it('shows a call as a person would type it', () => {
    expect(door.show(qm('set', 200, { memory: 4096 }))).to.equal('qm set 200 --memory 4096');
    expect(door.show({ kind: 'remove-snippet', volume: 'local:snippets/a.yaml' })).to.equal(undefined);
  });
});
