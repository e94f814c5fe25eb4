import { expect } from 'chai';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/modules.ts';
import { startScene, type Scene } from '../scene.ts';

/**
 * Of the plays that the documents of the classic role show, the one that says the least itself. All of them run without its
 * defaults in test/docs/examples.test.ts.
 */
const PLAY = 'basic.yml';

/** What its defaults say, as many an inventory has them: what is empty there says nothing. */
const DEFAULTS = `---
proxmox_api_host: "{{ lookup('env', 'PROXMOX_HOST') | default('proxmox.local', true) }}"
proxmox_api_user: "{{ lookup('env', 'PROXMOX_USER') | default('root@pam', true) }}"
proxmox_api_password: "{{ lookup('env', 'PROXMOX_PASSWORD') | default(omit) }}"
proxmox_api_token_id: "{{ lookup('env', 'PROXMOX_TOKEN_ID') | default(omit) }}"
proxmox_api_token_secret: "{{ lookup('env', 'PROXMOX_TOKEN_SECRET') | default(omit) }}"
proxmox_validate_certs: true
proxmox_operation: create_vm
proxmox_vm_cores: 2
proxmox_vm_sockets: 1
proxmox_vm_cpu_type: host
proxmox_vm_memory: 2048
proxmox_vm_balloon: 0
proxmox_vm_ostype: l26
proxmox_vm_scsihw: virtio-scsi-pci
proxmox_vm_agent: 1
proxmox_vm_hotplug: network,disk,cpu,memory
proxmox_vm_onboot: true
proxmox_vm_protection: false
proxmox_vm_start_after_create: true
proxmox_vm_description: Managed by Ansible
proxmox_vm_networks: {net0: "virtio,bridge=vmbr0,firewall=1"}
proxmox_vm_disks: {scsi0: "local-lvm:32,format=raw"}
proxmox_vm_boot_order: order=scsi0;ide2;net0
proxmox_vm_bootdisk: scsi0
proxmox_iso_storage: local
proxmox_backup_storage: local
proxmox_disk_storage: local-lvm
proxmox_disk_format: raw
proxmox_disk_cache: none
proxmox_backup_mode: snapshot
proxmox_backup_enabled: true
proxmox_network_stop_vm: false
proxmox_configure_bridge: false
proxmox_bridge_restart_network: false
proxmox_vm_templates: {docker_host: {cores: 4, memory: 8192}}
proxmox_vm_cloud_image_disk_override: true
proxmox_cloud_image_cache_dir: /var/lib/vz/template/iso
proxmox_vm_cloud_init_enabled: true
proxmox_vm_cloud_init_user: "{{ ansible_user | default('ubuntu') }}"
proxmox_vm_cloud_init_password: ""
proxmox_vm_cloud_init_ssh_keys: []
proxmox_vm_cloud_init_ssh_keys_file: ""
proxmox_vm_cloud_init_ip: dhcp
proxmox_vm_cloud_init_gw: ""
proxmox_vm_cloud_init_dns: ""
proxmox_vm_cloud_init_domain: ""
proxmox_vm_import_disk_format: qcow2
proxmox_vm_import_disk_size_increase: +5G
`;

describe('the classic role', function () {
  this.timeout(300_000);
  let scene: Scene;
  let play: string;
  before(async () => {
    scene = await startScene();
    const folder = mkdtempSync(join(scene.home, 'classic-'));
    mkdirSync(join(folder, 'group_vars'));
    writeFileSync(join(folder, 'group_vars/all.yml'), DEFAULTS);
    play = join(folder, PLAY);
    cpSync(`${root}examples/${PLAY}`, play);
  });
  after(() => scene.down());

  it('leaves a play that runs as it is, with its defaults in the inventory', async () => {
    const { rc, output } = await scene.run(play);

    expect(rc, output).to.equal(0);
    const config = await scene.cluster.readFile('pve01', '/etc/pve/qemu-server/200.conf');
    expect(config.split('\n')).to.include.members([
      ...['name: ubuntu-cloud-vm', 'numa: 1', 'agent: enabled=1'],
    ]);
    expect(output.replace(/\s+/g, ' ')).to.match(
      /PVE-VAR-006 .*proxmox_vm_bootdisk.* is of the classic role, and not used by this one/,
    );
  });

  it('and that changes nothing when it runs again', async () => {
    const { rc, counts, output } = await scene.run(play);

    expect(rc, output).to.equal(0);
    expect(counts, output).to.include({ changed: 0, failed: 0 });
  });
});
