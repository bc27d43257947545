import { createHandlers } from 'aws-choreography/lambda';
import { loyalty } from './service.ts';

export const { worker, command } = createHandlers(loyalty);
