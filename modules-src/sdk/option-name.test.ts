import { expect } from 'chai';
import { optionName, wayOut, wordedFor } from './option-name.ts';

describe('an option in a message', () => {
  const message = `set ${optionName('apply')}: stop, or ${wayOut({ inRole: `set ${optionName('node')}: b`, alone: 'run it on b' })}`;
  const result = { failed: true, msg: message, problems: [{ fix: message, vmid: 200 }] };

  it('is the variable of the role for whoever uses the role', () => {
    const reader = { isInRole: true, nameOf: (name: string) => `proxmox_vm_${name}` };
    const text = 'set proxmox_vm_apply: stop, or set proxmox_vm_node: b';

    expect(wordedFor(reader, result)).to.deep.equal({
      failed: true,
      msg: text,
      problems: [{ fix: text, vmid: 200 }],
    });
  });

  it('is the module’s own option for whoever uses it alone', () => {
    expect(wordedFor({ isInRole: false, nameOf: name => name }, message)).to.equal(
      'set apply: stop, or run it on b',
    );
  });
});
