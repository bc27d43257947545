import { createHandlers } from 'aws-choreography/lambda';
import { notification } from '../../../../functions/notification/service.ts';
import { note } from '../machine.ts';

const mailer = { send: async ({ to }: { readonly to: string }) => note(`mail ${to}`) };

export const { worker, command } = createHandlers(notification, { clients: { mailer: () => mailer } });
