import { dataDiskOptions } from '../../pve/data-disks/options.ts';
import { pick } from '../../sdk/compose.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { identityOptions, identityReturns } from '../../pve/vms/identity-options.ts';
import { operationOptions } from '../../pve/settings/options.ts';
import { FIND_FILES, NO_FILES, ownFiles } from '../../pve/cloud-init/own-files.ts';
import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { FIND_REMAINS, findWithRemains, readVms } from '../../pve/vms/find.ts';
import { vmidIfThere } from '../../pve/vms/vmids/by-name.ts';
import { VMID_OF } from '../../pve/vms/vmids/claim.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { planRemove, removalNotices } from './plan.ts';

export default defineModule({
  name: 'vm_remove',
  summary: 'Remove a VM with its disks and snippets',
  description: [
    'Runs on the Proxmox VE node that owns the VM.',
    'Removes a VM only when its VMID and its name are the given ones, and only when its name is confirmed.',
    'A protected VM, a locked one, and a template on which linked clones stand are refused.',
    'Data disks are detached first and stay, with all that they hold.',
    'Volumes that bear the VMID of another VM are left alone, and so are snippets that another VM uses.',
  ],
  params: {
    ...identityOptions,
    confirm_delete: {
      type: 'str',
      description: 'The name of the VM once more; without it nothing is removed.',
    },
    timeout: {
      type: 'int',
      default: 180,
      min: 1,
      max: 3600,
      description: 'Seconds that a running guest has to shut down before it is stopped.',
    },
    ...pick(dataDiskOptions, 'data_disks'),
    ...operationOptions,
  },
  examples: `
- name: Remove the VM
  vm_remove:
    vmid: 200
    name: ubuntu-cloud-vm
    confirm_delete: ubuntu-cloud-vm
`,
  returns: {
    ...identityReturns,
    exists: { description: 'Whether the VM exists now.', type: 'bool', returned: 'always', sample: false },
    state: {
      description: 'The same in words; in check mode what it is to become.',
      type: 'str',
      returned: 'when its VMID is known',
      sample: 'removed',
    },
  },
  locks: params => [vmLock(params)],
  completion: vmidIfThere,
  asks: [...FIND_REMAINS, ...VMID_OF, 'readStorages', ...FIND_FILES],
  performs: ['qm', 'remove-snippet', 'free-volume'],
  observe: async (params, _, cluster) => {
    // In check mode, too: a VM that is missing is what this module leads to.
    const vm = await findWithRemains(params, { checkMode: false }, cluster);
    const storages = parseStorageConfig(await cluster.readStorages());
    const { record } = vm;
    if (record === undefined) return { vm, storages, others: [], files: NO_FILES };
    return {
      vm,
      storages,
      others: await readVms(cluster),
      files: await ownFiles(record, storages, cluster),
    };
  },
  plan: planRemove,
  notices: removalNotices,
  report: (_, { vm }, first) => ({
    exists: vm.record !== undefined,
    state:
      vm.record !== undefined ? 'to be removed' : first.vm.record === undefined ? 'not there' : 'removed',
  }),
});
