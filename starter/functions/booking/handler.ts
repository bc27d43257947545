import { createHandlers } from 'aws-choreography/lambda';
import { booking } from './service.ts';

export const { worker, command } = createHandlers(booking);
