/** Where the template of `app.ts` says that the code is. */
export const CODE_BUCKET = 'loyalty-code';
