/** /etc/pve/storage.cfg of a fresh installation, with the content types of `local` that images and snippets need. */
export const FRESH_STORAGE_CONFIG = `dir: local
\tpath /var/lib/vz
\tcontent iso,vztmpl,backup,snippets,images,import,rootdir

lvmthin: local-lvm
\tthinpool data
\tvgname pve
\tcontent rootdir,images

`;

/** The same where nothing holds snippets. */
export const CONFIG_WITHOUT_SNIPPETS = FRESH_STORAGE_CONFIG.replace('snippets,', '');
