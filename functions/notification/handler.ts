import { createHandlers } from 'aws-choreography/lambda';
import { createSandboxMailer } from '../sandbox.ts';
import { notification } from './service.ts';

export const { worker, command } = createHandlers(notification, { clients: { mailer: createSandboxMailer } });
