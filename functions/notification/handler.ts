import { createHandlers } from 'aws-choreography/lambda';
import { createMailerDouble } from '../doubles.ts';
import { notification } from './service.ts';

export const { worker, command } = createHandlers(notification, { clients: { mailer: () => createMailerDouble() } });
