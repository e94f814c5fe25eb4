import { defineOptions, type ValuesOf } from '../../sdk/option.ts';

/** Which VMs; nothing said: all. Whoever fits one of a list and all lists is meant. */
export const selection = defineOptions({
  vmids: { type: 'list', elements: 'int', description: 'VMIDs of the VMs.', example: [100, 101] },
  names: { type: 'list', elements: 'str', description: 'Their names.', example: ['web'] },
  pools: { type: 'list', elements: 'str', description: 'Pools that they are in.', example: ['shop'] },
  tags: { type: 'list', elements: 'str', description: 'Tags, of which they have one.', example: ['prod'] },
  nodes: { type: 'list', elements: 'str', description: 'Nodes that they are on.', example: ['pve01'] },
});

export type Selection = ValuesOf<typeof selection>;
