import { createHandlers } from 'aws-choreography/lambda';
import { loyalty } from './services.ts';

export const { worker, command } = createHandlers(loyalty);
