import { createHandlers } from 'aws-choreography/lambda';
import { hotel } from './service.ts';

export const { worker, command } = createHandlers(hotel);
