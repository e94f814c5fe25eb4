/** The user who may everything, and whom nothing can take away. */
export const ROOT_ID = 'root@pam';
