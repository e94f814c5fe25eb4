import { expect } from 'chai';
import { grantsOf } from './users.ts';

describe('rights that the remark of a step names', () => {
  it('are those it lists, or none', () => {
    expect(grantsOf('config: memory; granted: {"/vms/100": ["VM.Config.Memory"]}')).to.deep.equal({
      '/vms/100': ['VM.Config.Memory'],
    });
    expect(grantsOf('create; granted: nothing')).to.deep.equal({});
    expect(grantsOf('the file exists')).to.equal(undefined);
  });

  it('are the whole set without one', () => {
    const grants = grantsOf('without VM.Clone on /vms');

    expect(grants?.['/vms']).to.include('VM.Allocate').and.not.include('VM.Clone');
  });
});
