/** The key that tells a record of ours from a user's; a user's object with this key is escaped. */
export const marker = '\u0000heddle';
