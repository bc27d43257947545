// The child's side of node_child.py: loads the handler, then serves one invocation at a time.
// In:  {"invoke-id", "invoked-function-arn", "payload", "trace-id", "deadline-ms"}
// Out: {"type": "ready"} once, then {"type": "result" | "error" | "fatal", "payload": "<JSON text>"} for each invocation.
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, inspect } from 'node:util';

const env = process.env;
const channel = new Socket({ fd: Number(env.CHOREO_CHANNEL_FD), readable: true, writable: true });
delete env.CHOREO_CHANNEL_FD;
channel.on('close', () => process.exit(0)); // the emulator is gone
channel.on('error', () => process.exit(0));

let requestId; // of the invocation now running

const send = (type, payload) => new Promise((sent) => channel.write(JSON.stringify({ type, payload }) + '\n', sent));

/** The shape in which Lambda's own Node runtime reports an error. */
function describe(error, fallbackType) {
  const isError = error instanceof Error || (typeof error === 'object' && error !== null && 'stack' in error);
  return JSON.stringify(
    isError
      ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') }
      : { errorType: fallbackType ?? typeof error, errorMessage: String(error), trace: [] },
  );
}

function patchConsole() {
  const json = env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
  const order = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
  const least = json ? Math.max(0, order.indexOf((env.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE').toUpperCase())) : 0;
  const methods = { log: 'INFO', info: 'INFO', debug: 'DEBUG', trace: 'TRACE', warn: 'WARN', error: 'ERROR' };
  for (const [method, level] of Object.entries(methods)) {
    console[method] = (...args) => {
      if (order.indexOf(level) < least) return;
      const timestamp = new Date().toISOString();
      const line = json
        ? jsonLine({ timestamp, level, requestId }, args)
        : `${timestamp}\t${requestId}\t${level}\t${format(...args)}`.replace(/\n/g, '\r');
      process.stdout.write(`${line}\n`);
    };
  }
}

function jsonLine(head, args) {
  const [first] = args;
  const message = args.length === 1 && typeof first === 'object' && !(first instanceof Error) ? first : format(...args);
  try {
    return JSON.stringify({ ...head, message });
  } catch {
    return JSON.stringify({ ...head, message: inspect(message) });
  }
}

async function loadHandler() {
  const [, file, names] = /^(.*?[^/]*?)\.([^/]*)$/.exec(env._HANDLER ?? '') ?? [];
  if (!file) throw Object.assign(new Error(`Bad handler '${env._HANDLER}'`), { name: 'Runtime.MalformedHandlerName' });
  const base = resolve(env.LAMBDA_TASK_ROOT, file);
  const path = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((candidate) => existsSync(candidate));
  if (!path) {
    throw Object.assign(new Error(`Error: Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  }
  const loaded = await import(pathToFileURL(path));
  const find = (from) => names.split('.').reduce((value, name) => value?.[name], from);
  const handler = find(loaded) ?? find(loaded.default);
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${env._HANDLER} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
  }
  return handler;
}

function makeContext(invocation, settle) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: invocation['invoked-function-arn'],
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: invocation['invoke-id'],
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => invocation['deadline-ms'] - Date.now(),
    done: settle,
    succeed: (result) => settle(null, result),
    fail: (error) => settle(error ?? new Error('handled')),
  };
}

/** Runs the handler in promise style or, when it declares a third parameter, in callback style. */
function run(handler, invocation) {
  return new Promise((succeed, fail) => {
    const settle = (error, result) => (error === null || error === undefined ? succeed(result) : fail(error));
    const returned = handler(JSON.parse(invocation.payload), makeContext(invocation, settle), settle);
    if (typeof returned?.then === 'function') returned.then(succeed, fail);
    else if (handler.length < 3) succeed(returned);
  });
}

async function serve(handler, invocation) {
  requestId = invocation['invoke-id'];
  env._X_AMZN_TRACE_ID = invocation['trace-id'];
  try {
    const result = await run(handler, invocation);
    await send('result', JSON.stringify(result === undefined ? null : result));
  } catch (error) {
    console.error('Invoke Error', describe(error));
    await send('error', describe(error));
  } finally {
    requestId = undefined;
  }
}

// An error outside the handler's promise ends the environment, as it does on Lambda.
async function fatal(error, type) {
  console.error(type, describe(error));
  if (requestId) await send('fatal', describe(error, type));
  process.exit(129);
}
process.on('uncaughtException', (error) => void fatal(error, 'Runtime.UnhandledError'));
process.on(
  'unhandledRejection',
  (reason) =>
    void fatal(Object.assign(reason instanceof Error ? reason : new Error(String(reason)), { name: 'Runtime.UnhandledPromiseRejection' })),
);

patchConsole();
try {
  const handler = await loadHandler();
  let pending = '';
  channel.setEncoding('utf8');
  channel.on('data', (chunk) => {
    pending += chunk;
    if (!pending.endsWith('\n')) return;
    const invocation = JSON.parse(pending);
    pending = '';
    void serve(handler, invocation);
  });
  await send('ready');
} catch (error) {
  await send('error', describe(error));
  process.exit(1);
}
