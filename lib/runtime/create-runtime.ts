import { allPaths } from './all-paths.ts';
import { assembleRuntime } from './assemble-runtime.ts';
import type { RuntimeOptions, ServiceRuntime } from './service-runtime.ts';

/**
 * Runs one service on any set of ports: the same code in the embedded engine, on an emulator and on AWS.
 * @throws CLIENT_MISSING, INVALID_SETTINGS
 */
export const createRuntime = (options: RuntimeOptions): ServiceRuntime => assembleRuntime(options, allPaths);
