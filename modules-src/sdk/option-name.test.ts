import { expect } from 'chai';
import { HERE, optionName, wayOut, wordedFor, type Reader } from './option-name.ts';

describe('an option in a message', () => {
  const message = `set ${optionName('apply')}: stop, or ${wayOut({ inRole: `set ${optionName('node')}: b`, alone: 'run it on b' })}`;
  const here = 'the node' as const;
  const result = { failed: true, msg: message, problems: [{ fix: message, vmid: 200 }] };

  it('is the variable of the role for whoever uses the role', () => {
    const reader = { isInRole: true, nameOf: (name: string) => `proxmox_vm_${name}`, here };
    const text = 'set proxmox_vm_apply: stop, or set proxmox_vm_node: b';

    expect(wordedFor(reader, result)).to.deep.equal({
      failed: true,
      msg: text,
      problems: [{ fix: text, vmid: 200 }],
    });
  });

  it('is the module’s own option for whoever uses it alone', () => {
    expect(wordedFor({ isInRole: false, nameOf: name => name, here }, message)).to.equal(
      'set apply: stop, or run it on b',
    );
  });
});

it('a message names the machine that does the work', () => {
  const text = `the DNS of ${HERE} does not answer`;
  const by = (here: Reader['here']): string =>
    wordedFor({ isInRole: false, nameOf: name => name, here }, text);

  expect([by('the node'), by('the controller')]).to.deep.equal([
    'the DNS of the node does not answer',
    'the DNS of the controller does not answer',
  ]);
});
