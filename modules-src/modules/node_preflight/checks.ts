import { checkPrivileges, checkRootOnly, checkTroubles } from './checks/access.ts';
import { checkImageStorage } from './checks/by-api.ts';
import { checkOwnDrive, checkTexts } from './checks/own-drive.ts';
import { checkBridges, checkVlans } from './checks/bridges.ts';
import { checkCloneList, checkClones } from './checks/vm/clones.ts';
import { checkCloudConfig } from './checks/cloud-config.ts';
import {
  checkDevices,
  checkDomain,
  checkKeyFile,
  checkKeys,
  checkLogin,
  checkPassword,
} from './checks/cloud-init.ts';
import { checkIommuGroups, checkMappings, checkExtraMappings } from './checks/vm/device-mappings.ts';
import { checkProperties } from './checks/vm/properties.ts';
import { checkDataDisks } from './checks/vm/data-disks.ts';
import { checkReplace } from './checks/vm/replace.ts';
import { checkExtraConfig } from './checks/vm/extra-config.ts';
import {
  checkBootOrder,
  checkBuses,
  checkEnrolledKeys,
  checkFirmware,
  checkHotplug,
  checkProcessor,
  checkSizes,
} from './checks/vm/hardware.ts';
import { checkModel } from './checks/vm/processor-models.ts';
import { checkPools } from './checks/vm/pool.ts';
import { checkIdentity } from './checks/vm/identity.ts';
import {
  checkArchitecture,
  checkCatalogue,
  checkHeaders,
  checkImageSize,
  checkTrust,
  checkUrl,
} from './checks/image.ts';
import { checkNames } from './checks/vm/names.ts';
import { checkMacs, checkMacTwins } from './checks/macs.ts';
import { checkAddresses, checkDns, checkTwins } from './checks/network.ts';
import { checkUnread } from './checks/vm/unread.ts';
import { checkVmid } from './checks/vm/vmid.ts';
import { checkMachine, checkNode } from './checks/node.ts';
import { checkGpu, checkPassthrough } from './checks/vm/passthrough.ts';
import { checkNamedFiles, checkSnippetFiles, checkSnippets } from './checks/snippets.ts';
import { checkBootDisk, checkDiskTexts, checkDriveSlot, checkImageSlot } from './checks/vm/slots.ts';
import { checkSpace } from './checks/space.ts';
import { checkCache, checkStorages, checkTemplateStorage } from './checks/storage.ts';
import { checkTemplate } from './checks/vm/template.ts';
import { checkTemplateTest } from './checks/vm/template-test.ts';
import { checkWait } from './checks/vm/wait.ts';
import { variableChecks } from './checks/variables.ts';
import type { Check } from './check.ts';

/** All of them, in the order in which a reader mends things. */
export const checks: readonly Check[] = [
  checkTroubles,
  checkMachine,
  checkNode,
  checkPrivileges,
  checkRootOnly,
  checkTexts,
  ...variableChecks,
  checkIdentity,
  checkVmid,
  checkUnread,
  checkNames,
  checkTemplate,
  checkTemplateTest,
  checkWait,
  checkHotplug,
  checkSizes,
  checkFirmware,
  checkEnrolledKeys,
  checkProcessor,
  checkModel,
  checkPools,
  checkBuses,
  checkBootOrder,
  checkBootDisk,
  checkImageSlot,
  checkDiskTexts,
  checkDriveSlot,
  checkDataDisks,
  checkReplace,
  checkGpu,
  checkPassthrough,
  checkIommuGroups,
  checkMappings,
  checkExtraMappings,
  checkExtraConfig,
  checkProperties,
  checkStorages,
  checkTemplateStorage,
  checkImageStorage,
  checkSpace,
  checkSnippets,
  checkOwnDrive,
  checkSnippetFiles,
  checkNamedFiles,
  checkBridges,
  checkVlans,
  checkCatalogue,
  checkUrl,
  checkTrust,
  checkHeaders,
  checkImageSize,
  checkArchitecture,
  checkCache,
  checkAddresses,
  checkTwins,
  checkMacTwins,
  checkMacs,
  checkDns,
  checkKeys,
  checkKeyFile,
  checkLogin,
  checkPassword,
  checkDomain,
  checkCloudConfig,
  checkDevices,
  checkCloneList,
  checkClones,
];
