import { expect } from 'chai';
import { scenariosOf } from './scenarios.ts';

describe('a guest that boots', () => {
  const variables = (ip: string, gateway?: string) =>
    scenariosOf({ boot: { ip, gateway } }).at(-1)?.steps[0]?.variables;

  it('has the agent that tells its address where DHCP gives it', () => {
    expect(variables('dhcp')).to.deep.equal({
      proxmox_vm_cloud_init_ip: 'dhcp',
      proxmox_vm_wait_for: 'address',
      proxmox_vm_agent: true,
      proxmox_vm_cloud_init_install_agent: true,
    });
  });

  it('is asked by SSH at an address that is known, and needs none', () => {
    expect(variables('192.0.2.9/24', '192.0.2.1')).to.deep.equal({
      proxmox_vm_cloud_init_ip: '192.0.2.9/24',
      proxmox_vm_wait_for: 'ssh',
      proxmox_vm_cloud_init_install_agent: false,
      proxmox_vm_cloud_init_gw: '192.0.2.1',
    });
  });
});
