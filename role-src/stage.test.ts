import { expect } from 'chai';
import vmPower from '../modules-src/modules/vm_power/module.ts';
import { apiArguments } from './connection/api-arguments.ts';
import { own, use } from './expression.ts';
import { call } from './stage.ts';

/** What must not compile: each line fails the type check of the project when it does. */
const mistakes = (): readonly unknown[] => [
  // @ts-expect-error a misspelt variable
  use('proxmox_vm_memroy'),
  // @ts-expect-error one of the role's own variables that does not exist
  own('proxmox_role_hots'),
  // @ts-expect-error a required argument is missing
  call(vmPower, { vmid: use('proxmox_vm_vmid') }),
  // @ts-expect-error an argument that the module does not know
  call(vmPower, { vmid: 200, name: 'web', stat: 'started' }),
  // @ts-expect-error a value that is none of the choices
  call(vmPower, { vmid: 200, name: 'web', state: 'start' }),
  // @ts-expect-error a variable of another type
  call(vmPower, { vmid: use('proxmox_vm_name'), name: 'web' }),
];

describe('a task of a stage', () => {
  it('does not compile with a mistake', () => {
    expect(mistakes).to.be.a('function');
  });

  it('hands over what always has a value, and leaves out what nobody said', () => {
    expect(use('proxmox_vm_memory').template).to.equal('{{ proxmox_vm_memory }}');
    expect(use('proxmox_vm_name').template).to.equal('{{ proxmox_vm_name }}');
    expect(use('proxmox_vm_pool').template).to.equal('{{ proxmox_vm_pool | default(omit) }}');
  });

  it('is the module with its arguments, and with those of the API, which no task can forget', () => {
    const task = call(vmPower, { vmid: use('proxmox_vm_vmid'), name: 'web', state: 'started' });

    expect(task).to.deep.equal({
      vm_power: {
        vmid: '{{ proxmox_vm_vmid | default(omit) }}',
        name: 'web',
        state: 'started',
        ...apiArguments,
      },
    });
  });
});
