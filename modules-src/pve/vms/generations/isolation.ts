import { customParts } from '../../text/cloud-init-volumes.ts';
import { parseProperties } from '../../text/property-string.ts';
import type { QmProperties } from '../../../sdk/step.ts';

type Config = ReadonlyMap<string, string>;

const NET = /^net\d+$/;
/** What reaches out of a clone: devices and directories of the node, its scripts, addresses, and tags that others act upon. */
const LEFT_OUT = /^(?:hostpci\d+|usb\d+|virtiofs\d+|ipconfig\d+|cicustom|hookscript|tags|protection)$/;

/**
 * What makes a clone of a template harmless: none of its addresses, its cables out or in another bridge, nothing of the node
 * in it. It has the template's MAC addresses, by which cloud-init's texts know its cards: the template itself never runs.
 */
export function isolation(template: Config, bridge: string | undefined): QmProperties {
  const cards = [...template].filter(([key]) => NET.test(key));
  const wanted: Readonly<Record<string, string>> = {
    ...Object.fromEntries(cards.map(([key, card]) => [key, `${modelOf(card)},${cable(bridge)}`])),
    ...(bridge === undefined ? {} : dynamicAddresses(template)),
    ...customTexts(template),
    onboot: '0',
  };
  const gone = [...template.keys()].filter(key => LEFT_OUT.test(key) && wanted[key] === undefined);
  return { ...wanted, ...(gone.length > 0 && { delete: gone }) };
}

/** Without a bridge a card is in no network of the node, and with its cable out it does not wait for one. */
const cable = (bridge: string | undefined): string =>
  bridge === undefined ? 'link_down=1' : `bridge=${bridge}`;

const modelOf = (card: string): string => {
  const properties = parseProperties(card, 'model');
  const [named] = [...properties].filter(([, value]) => /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(value));
  const [model, mac] = named ?? [properties.get('model') ?? 'virtio', properties.get('macaddr')];
  return mac === undefined ? model : `${model}=${mac}`;
};

const dynamicAddresses = (template: Config): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...template.keys()].filter(key => /^ipconfig\d+$/.test(key)).map(key => [key, 'ip=dhcp']),
  );

/** A text for the network is the template's addresses under another name. */
function customTexts(template: Config): Readonly<Record<string, string>> {
  const parts = [...customParts(template)].filter(([kind]) => kind !== 'network');
  return parts.length === 0 ? {} : { cicustom: parts.map(([kind, volume]) => `${kind}=${volume}`).join(',') };
}
