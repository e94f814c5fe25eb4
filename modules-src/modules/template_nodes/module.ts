import { parseStorageConfig } from '../../pve/text/storage-config.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { params } from './params.ts';
import { placesOf } from './plan.ts';

export default defineModule({
  name: 'template_nodes',
  summary: 'Tell on which nodes of a cluster a template is to be',
  description: [
    'Runs on one of the nodes, and only reads.',
    'A node that does not see the disks of the others gets a replica of its own; where all storages are shared, one is enough.',
    'A node that is down is told, and not waited for.',
  ],
  params,
  examples: `
- name: Look where replicas are needed
  template_nodes:
    template_nodes: [all]
    disk_storage: local-lvm
    image_disk: scsi0
`,
  returns: {
    replicas: {
      description: 'Nodes that are to have a replica, the one where the module ran among them.',
      type: 'list',
      elements: 'str',
      returned: 'always',
      sample: ['pve01', 'pve02'],
    },
    others: {
      description: 'The same without that one.',
      type: 'list',
      elements: 'str',
      returned: 'always',
      sample: ['pve02'],
    },
    nodes: {
      description:
        'Every node that was named, with its `state`: `replica`, `shared` (it sees the disks of the one replica) or `down`.',
      type: 'list',
      elements: 'dict',
      returned: 'always',
      sample: [
        { node: 'pve01', state: 'replica' },
        { node: 'pve03', state: 'down' },
      ],
    },
  },
  asks: ['listNodes', 'listLostNodes', 'readStorages'],
  performs: [],
  observe: async (_, __, cluster) => ({
    home: cluster.node,
    nodes: [...(await cluster.listNodes())].sort(),
    lost: await cluster.listLostNodes(),
    storages: parseStorageConfig(await cluster.readStorages()),
  }),
  // It refuses what cannot be.
  plan: (wanted, observed) => {
    placesOf(wanted, observed);
    return [];
  },
  notices: (wanted, observed) => ({
    warnings: placesOf(wanted, observed)
      .filter(({ state }) => state === 'down')
      .map(
        ({ node }) =>
          `${node} is down: the template there stays what it was, and a run that finds it up sees to it`,
      ),
  }),
  report: (wanted, observed) => {
    const nodes = placesOf(wanted, observed);
    const replicas = nodes.filter(({ state }) => state === 'replica').map(({ node }) => node);
    return { nodes, replicas, others: replicas.filter(node => node !== observed.home) };
  },
});
