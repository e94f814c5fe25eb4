import { vmidTwin } from '../../pve/vms/vmids/twin.ts';
import { optionName, wayOut } from '../../sdk/option-name.ts';
import type { VmRecord } from '../../pve/vms/guest.ts';
import { readMarker } from '../../pve/vms/marker.ts';
import { requireChangeable, requireOwnVm } from '../../pve/vms/ownership.ts';
import { isTemplate } from '../../pve/text/vm-config.ts';
import { UserError } from '../../sdk/error.ts';
import type { Lane } from '../../sdk/step.ts';
import { cloneLane, refusal } from './lane.ts';
import type { Clone, CloneWish, FoundClone, Unseen, Observed, Source, Wanted } from './wanted.ts';

/** One lane per clone that is not as wanted; a clone that cannot be made refuses in its own lane. */
export function planClones(wanted: Wanted, observed: Observed): Lane[] {
  const template = templateOf(wanted, observed);
  return observed.clones.map((found, index) => {
    if ('reason' in found)
      return labelled(found.clone.name, refusal(found.clone.name, reasonOf(found, observed)));
    const source = { ...sourceOf(found.clone, template, observed), texts: wanted, gateway: wanted.gw };
    return labelled(
      found.clone.name,
      twinRefusal(wanted, observed, index) ?? lostRefusal(found, observed) ?? cloneLane(found, source),
    );
  });
}

const labelled = (subject: string, lane: Lane): Lane => lane.map(step => ({ ...step, subject }));

const reasonOf = ({ clone, reason }: Unseen, observed: Observed): string =>
  clone.node !== undefined && observed.lost.includes(clone.node) ? lostReason(clone, clone.node) : reason;

/** Nothing is made or changed on a node that is down; the others go on, and a later run catches up. */
function lostRefusal({ clone, vm }: FoundClone, { lost }: Observed): Lane | undefined {
  const { record } = vm;
  if (record !== undefined && record.config.get('name') !== clone.name) return undefined;
  const node = record?.node ?? clone.node;
  return node !== undefined && lost.includes(node) ? refusal(clone.name, lostReason(clone, node)) : undefined;
}

export const lostReason = ({ name }: CloneWish, node: string): string =>
  `cannot make clone ${name}, or change it: its node ${node} is down; start that`;

const isMissing = (found: FoundClone | Unseen): found is FoundClone =>
  'vm' in found && found.vm.record === undefined;

/** The template that the task names, good for what is asked of it. */
function templateOf(wanted: Wanted, observed: Observed): VmRecord {
  const { template, clones, checkMode } = observed;
  const purpose = `clone VM ${wanted.vmid} (${wanted.name})`;
  const record = requireOwnVm(wanted, template.record, purpose);
  const missing = clones.filter(isMissing).map(({ clone }) => clone);
  // A clone of this node is made of a template that is here, and of no other.
  if (missing.some(clone => clone.node !== template.localNode))
    requireChangeable(
      record,
      observed.reachesOtherNodes === true ? record.node : template.localNode,
      purpose,
    );
  if (missing.some(clone => !clone.full) && !isTemplate(record.config) && !checkMode) {
    throw new UserError(
      `cannot ${purpose}: it is not a template, so it has no linked clones; make it one with ` +
        wayOut({
          inRole: `--tags template,create (${optionName('make_template')}: true)`,
          alone: 'template_convert',
        }) +
        `, or ask for full copies (full: true)`,
    );
  }
  return record;
}

/** The template on the clone's own node where there is one of the same image, else the one that the task names. */
function sourceOf(clone: Clone, template: VmRecord, observed: Observed): Omit<Source, 'texts'> {
  const replica = observed.replicas.find(
    record => record.node === clone.node && imageOf(record) === imageOf(template),
  );
  return {
    record: clone.node === template.node ? template : (replica ?? template),
    others: observed.others,
    snippets: observed.templateSnippets,
    storage: observed.snippetStorage,
    drives: observed.drives,
    storages: observed.storages,
    localNode: observed.template.localNode,
    reachesOtherNodes: observed.reachesOtherNodes ?? false,
    checkMode: observed.checkMode,
  };
}

function imageOf({ config, vmid }: VmRecord): string {
  const marker = readMarker(config.get('description'), vmid);
  return marker?.digest ?? marker?.image ?? '';
}

function twinRefusal(wanted: Wanted, { clones }: Observed, index: number): Lane | undefined {
  const list = clones.map(({ clone }) => clone);
  const twin = vmidTwin(list, index, wanted);
  const name = list[index]?.name ?? '';
  return twin && refusal(name, `cannot make clone ${name}: ${twin.says}; give it one of its own`);
}
