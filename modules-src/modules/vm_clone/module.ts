import { cloneOptions } from '../../pve/settings/clone-options.ts';
import { vmLock } from '../../pve/vms/ownership.ts';
import { GATEWAY, STORAGE_ID } from '../../pve/text/patterns.ts';
import { rangeOption } from '../../pve/vms/vmids/range.ts';
import { identityOptions } from '../../pve/vms/identity-options.ts';
import { operationOptions } from '../../pve/settings/options.ts';
import { existingVmid } from '../../pve/vms/vmids/by-name.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { textOptions } from '../../pve/cloud-init/options.ts';
import { CLONE_ASKS, observeClones } from './observe.ts';
import { planClones } from './plan.ts';
import { cloneReport } from './report.ts';

export default defineModule({
  name: 'vm_clone',
  summary: 'Make clones of a template, each with its own name, address and settings',
  description: [
    'Runs on the Proxmox VE node that owns the template.',
    'Each clone is created, configured and started by itself: one that fails does not stop the others.',
    'A clone that exists under its name is only given what differs; a VMID that belongs to another guest is refused.',
    'A clone for another node is made from the template there, or on shared storage; the module finishes it when it runs there.',
    'A clone whose node is down is neither made nor changed, and told with that reason.',
    'Every clone gets snippets of its own, so that the template’s may change or go.',
    'A cloud-init drive of our own, as the API needs it for texts, nobody reads back: give the texts that the template was made with.',
  ],
  params: {
    ...identityOptions,
    clones: {
      type: 'list',
      elements: 'dict',
      required: true,
      options: cloneOptions,
      description: 'Clones to make.',
      example: [{ name: 'web-01', vmid: 301, ip: '192.168.1.101/24', gw: '192.168.1.1' }],
    },
    parallel: {
      type: 'int',
      default: 2,
      min: 1,
      max: 32,
      description:
        'Clones made at once, if the node has as many processor cores; more than that gain nothing.',
    },
    clone_vmid_range: {
      ...rangeOption.vmid_range,
      description: [
        'VMIDs for the clones that name none: the first that is free.',
        'Later runs know a clone by its name and by the mark in its notes.',
      ],
    },
    clone_errors: {
      type: 'str',
      choices: ['warn', 'fail'],
      default: 'warn',
      description:
        'What a clone that cannot be made does to the play: a warning, or a failure when all others are made.',
    },
    gw: {
      type: 'str',
      pattern: GATEWAY,
      description:
        'Gateway of clones with a static address that name none, where the template has none either.',
    },
    snippets_storage: {
      type: 'str',
      pattern: STORAGE_ID,
      description: 'Storage with content `snippets`; absent: the first one of the node.',
    },
    ...textOptions,
    ...operationOptions,
  },
  examples: `
- name: Make two clones
  vm_clone:
    vmid: 9000
    name: ubuntu-24.04
    clones:
      - name: web-01
        vmid: 301
        ip: 192.168.1.101/24
        gw: 192.168.1.1
      - name: web-02
        vmid: 302
        memory: 4096
`,
  returns: {
    clones: {
      description:
        'Every clone with its VMID, name, node, whether it exists and runs, that in words, all that in a line, how one logs in, its address setting, and `error` where it failed.',
      type: 'list',
      elements: 'dict',
      returned: 'always',
      sample: [
        {
          name: 'web-01',
          vmid: 301,
          node: 'pve01',
          exists: true,
          running: true,
          state: 'running',
          summary: 'clone 301 (web-01) on pve01: running',
          login: 'ssh ubuntu@192.168.1.101',
          address: 'ip=192.168.1.101/24,gw=192.168.1.1',
        },
        {
          name: 'web-02',
          vmid: 302,
          exists: false,
          running: false,
          state: 'not made',
          summary:
            'clone 302 (web-02) on pve01: not made, with an error: cannot make clone web-02: VM 302 on node pve01 is named "db", not "web-02"; choose another VMID',
          error:
            'cannot make clone web-02: VM 302 on node pve01 is named "db", not "web-02"; choose another VMID',
        },
      ],
    },
  },
  parallel: ({ parallel }) => parallel,
  onlyWarns: ({ clone_errors: errors }) => errors === 'warn',
  // The clones, not the template: PVE itself lets several be made of it at once.
  locks: ({ clones }) =>
    clones.map(({ vmid, name }) => (vmid === undefined ? `clone-${name}` : vmLock({ vmid }))),
  completion: existingVmid,
  asks: CLONE_ASKS,
  performs: ['qm', 'put-snippet', 'remove-snippet', 'put-drive', 'free-volume', 'wait-work'],
  observe: observeClones,
  plan: planClones,
  report: cloneReport,
});
