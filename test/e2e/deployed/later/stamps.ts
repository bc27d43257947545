import { createHandlers } from 'aws-choreography/lambda';
import { stamps } from './services.ts';

export const { worker, command } = createHandlers(stamps);
