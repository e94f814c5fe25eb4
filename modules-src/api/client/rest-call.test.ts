import { expect } from 'chai';
import { qm } from '../../sdk/step.ts';
import { restCall } from './rest-call.ts';

describe('an operation as a REST call', () => {
  it('creates a VM in the list of its node, with its VMID among the fields', () => {
    expect(restCall(qm('create', 200, { name: 'web', memory: 512, onboot: true }), 'pve01')).to.deep.equal({
      method: 'POST',
      path: '/nodes/pve01/qemu',
      fields: { vmid: '200', name: 'web', memory: '512', onboot: '1' },
    });
  });

  it('waits for the answer of a plain setting, and makes a task of what may copy or remove a disk', () => {
    expect(restCall(qm('set', 200, { memory: 1024 }), 'pve01').method).to.equal('PUT');
    expect(restCall(qm('set', 200, { delete: ['tags'] }), 'pve01').method).to.equal('PUT');
    expect(
      restCall(qm('set', 200, { scsi0: 'local:0,import-from=local:import/x.qcow2' }), 'pve01').method,
    ).to.equal('POST');
    expect(restCall(qm('set', 200, { ide2: 'local:cloudinit' }), 'pve01').method).to.equal('POST');
    expect(restCall(qm('set', 200, { delete: ['unused0'] }), 'pve01').method).to.equal('POST');
  });

  it('encodes keys once more, as only they are, and gives a secret as it is', () => {
    const { fields } = restCall(
      qm('set', 200, { sshkeys: { file: 'ssh-ed25519 AA/+ me@here\n' }, cipassword: { secret: '$5$x' } }),
      'pve01',
    );

    expect(fields).to.deep.equal({ sshkeys: 'ssh-ed25519%20AA%2F%2B%20me%40here%0A', cipassword: '$5$x' });
  });

  it('knows the path of every verb', () => {
    expect(restCall(qm('clone', 9000, { newid: 301, full: false }), 'pve01')).to.deep.equal({
      method: 'POST',
      path: '/nodes/pve01/qemu/9000/clone',
      fields: { newid: '301', full: '0' },
    });
    expect(restCall(qm('shutdown', 200, { timeout: 60, forceStop: true }), 'pve01')).to.deep.equal({
      method: 'POST',
      path: '/nodes/pve01/qemu/200/status/shutdown',
      fields: { timeout: '60', forceStop: '1' },
    });
    expect(restCall(qm('destroy', 200, { purge: true }), 'pve01')).to.deep.equal({
      method: 'DELETE',
      path: '/nodes/pve01/qemu/200',
      fields: { purge: '1' },
    });
    expect(restCall(qm('cloudinit update', 200), 'pve02').path).to.equal('/nodes/pve02/qemu/200/cloudinit');
  });
});
