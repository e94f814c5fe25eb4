import { datacenterOption } from '../config/datacenter.ts';
import { VM_OPTIONS } from '../options/vm.ts';
import { normalise } from '../schema/values.ts';
import { withMac } from '../config/network.ts';

/** The value of an option (drives aside) as PVE stores it. */
export function storedValue(option: string, value: string): string {
  if (/^net\d+$/.test(option)) return withMac(value);
  if (option === 'tags') return sortTags(value);
  const schema = VM_OPTIONS[option];
  return schema ? normalise(schema, value) : value;
}

/** Tags as PVE stores them: once each, sorted, and in lower case unless the datacenter tells cases apart. */
export function sortTags(text: string): string {
  const tellsCases = datacenterOption('tag-style').get('case-sensitive') === '1';
  const tags = (tellsCases ? text : text.toLowerCase()).split(/[;, ]+/).filter(tag => tag !== '');
  return [...new Set(tags)].sort().join(';');
}
