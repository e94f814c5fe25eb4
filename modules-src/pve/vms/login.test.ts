import { expect } from 'chai';
import { parseVmConfig } from '../text/vm-config.ts';
import { loginOf } from './login.ts';

const config = parseVmConfig('ciuser: debian\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n');

describe('the way into a guest', () => {
  it('is its user and its address', () => {
    expect(loginOf(200, config, ['10.0.0.5', 'fd00::5'])).to.equal('ssh debian@10.0.0.5');
  });

  it('tells with DHCP the user, and how the address is found', () => {
    expect(loginOf(200, config, [])).to.equal(
      'ssh debian@<address>; DHCP gives it to BC:24:11:00:00:01; with the guest agent `qm guest cmd 200 network-get-interfaces` tells it',
    );
  });

  it('is not known where cloud-init makes no user', () => {
    expect(loginOf(200, parseVmConfig('net0: virtio\n'), ['10.0.0.5'])).to.equal(undefined);
  });
});
