#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runCli } from '../lib/cli/program.ts';
import { demoShop } from './demo-shop.ts';

const description = createRequire(import.meta.url).resolve('aws-choreography/package.json');
const { version } = JSON.parse(await readFile(description, 'utf8')) as { readonly version: string };
