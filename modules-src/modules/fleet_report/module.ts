import { READ_VMS, whyUnread } from '../../pve/vms/find.ts';
import { defineModule } from '../../sdk/define-module.ts';
import { driftOf, failureOf } from './failure.ts';
import { fleetOf } from './fleet.ts';
import { observeFleet } from './observe.ts';
import { page } from './page/page.ts';
import { params } from './params.ts';

export default defineModule({
  name: 'fleet_report',
  summary: 'Tell what differs in a fleet of VMs, and which guests nobody declares',
  description: [
    'Makes one report of what a run has said of each VM: as JSON, and as a page of HTML that needs nothing else.',
    'A guest that the role has made and that is none of `guests`, nor a clone or a generation of one, is told as undeclared.',
    'By the API, VMs of a node that is down are neither declared nor undeclared.',
    'Only reads. The same fleet gives the same bytes.',
  ],
  params,
  examples: `
- name: Report what differs
  fleet_report:
    guests:
      - {name: web-1, vmid: 261, results: ["{{ configured }}"]}
  register: fleet
`,
  returns: {
    json: { description: 'The report.', type: 'str', returned: 'success', sample: '{"mode":"check"}\n' },
    html: {
      description: 'The report as a page.',
      type: 'str',
      returned: 'success',
      sample: '<!doctype html>\n',
    },
    drift: {
      description:
        'Names of VMs that are not as they are declared when the run ends, or of which nobody knows.',
      type: 'list',
      elements: 'str',
      returned: 'success',
      sample: ['web-1'],
    },
    undeclared: {
      description: 'Guests that the role has made and nobody declares.',
      type: 'list',
      elements: 'dict',
      returned: 'success',
      sample: [{ vmid: 290, name: 'old-web', node: 'pve01', template: false }],
    },
    unread: {
      description:
        'By the API, nodes that are down, with the VMIDs there that no entry has: whether those are declared is not known.',
      type: 'list',
      elements: 'dict',
      returned: 'success',
      sample: [{ node: 'pve03', vmids: [301] }],
    },
    failure: {
      description: 'Why the run is to fail by `fail_on`; empty: it is not.',
      type: 'str',
      returned: 'success',
      sample: 'not as declared: web-1',
    },
  },
  asks: READ_VMS,
  performs: [],
  observe: observeFleet,
  plan: () => [],
  notices: (_, { unread }) => ({ warnings: unread.map(whyUnread) }),
  report: (wanted, found) => {
    const fleet = fleetOf(wanted, found);
    return {
      json: `${JSON.stringify(fleet, undefined, 2)}\n`,
      html: page(fleet),
      drift: driftOf(fleet),
      undeclared: fleet.undeclared,
      unread: fleet.unread,
      failure: failureOf(wanted.fail_on, fleet),
    };
  },
});
