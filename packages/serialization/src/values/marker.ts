/** The key that distinguishes Heddle's records from the user's. An object of the user that has this key is escaped. */
export const marker = '\u0000heddle';
