import { pick } from '../../modules-src/sdk/compose.ts';
import type { Options } from '../../modules-src/sdk/option.ts';
import { connection } from '../../role-src/connection/variables.ts';
import { descriptions, isOfFleet, reports } from '../../role-src/role-choices.ts';
import { variables } from '../../role-src/variables.ts';
import { ROLE, type GeneratedFile } from './generated-file.ts';
import { argumentSpec } from './option-docs.ts';
import { yamlFile } from './yaml.ts';

/** Those of `tasks_from: describe` and `report` are for these alone. */
const ofMain: Options = Object.fromEntries(Object.entries(variables).filter(([name]) => !isOfFleet(name)));

/** meta/argument_specs.yml: what `ansible-doc -t role` prints; the checks are those of stage 1. */
export function argumentSpecsFile(): GeneratedFile {
  return {
    path: `${ROLE}/meta/argument_specs.yml`,
    content: yamlFile({
      argument_specs: {
        main: {
          short_description: 'Make VMs, templates and clones of cloud images on Proxmox VE',
          description: [
            'Six stages turn a cloud image into a VM, a template and clones on a node of Proxmox VE.',
            'The work is done on the node over SSH, or by the API with a token; every stage looks first and changes only what differs.',
            'Write C(tags: [always]) beside an C(include_role) of this role, or C(--tags) finds none of its stages.',
          ],
          author: ['The authors of ansible-role-proxmox'],
          options: argumentSpec(ofMain),
        },
        permissions: {
          short_description: 'Tell what an API token needs for these variables',
          description: [
            'Prints the commands that, run by root on a node, give a user and a token the privileges for the variables, which are those of the entry point main.',
            'Nothing is asked of Proxmox VE, so that no token is needed yet.',
          ],
          author: ['The authors of ansible-role-proxmox'],
          options: {},
        },
        describe: {
          short_description: 'Write the variables of the VMs that there are',
          description: [
            'Writes entries of C(proxmox_vms) for which the role changes nothing: for VMs and templates by VMID, name, pool, tag or node, or for all.',
            'Changes nothing on Proxmox VE.',
          ],
          author: ['The authors of ansible-role-proxmox'],
          options: argumentSpec({ ...pick(variables, 'proxmox_vm_node'), ...connection, ...descriptions }),
        },
        report: {
          short_description: 'Write what differs in a fleet of VMs',
          description: [
            'Writes what a run of the role, or its check, has said of the hosts of the group C(proxmox_vms), and which guests of the role nobody declares.',
            'Changes nothing on Proxmox VE.',
          ],
          author: ['The authors of ansible-role-proxmox'],
          options: argumentSpec({ ...pick(variables, 'proxmox_vm_node'), ...connection, ...reports }),
        },
        vms: {
          short_description: 'Make inventory hosts of several VMs, for a play that makes them',
          description: [
            'Checks the entries of C(proxmox_vms) and adds each as a host to the group C(proxmox_vms).',
            'A play on C(hosts: proxmox_vms) that includes this role then makes them, C(forks) at a time.',
          ],
          author: ['The authors of ansible-role-proxmox'],
          options: argumentSpec(pick(variables, 'proxmox_vms')),
        },
      },
    }),
  };
}
