import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { CfnSchema, CfnSchemaVersion } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { glueDefinition } from '../../schema/glue-definition.ts';
import type { SchemaObject } from '../../schema/schema-set.ts';
import { gapIn, TOO_MANY_VERSIONS, VERSIONS_MAX } from '../../schema/version-numbers.ts';
import { keptOnceMade } from '../kept-once-made.ts';
import { madeBefore } from '../made-once.ts';
import { misuse } from '../misuse.ts';

/** What `RegisteredSchemas` takes. */
export interface RegisteredSchemasProps {
  readonly registryName: string;
  /** Directory with `<Message>/<version>.json`. */
  readonly directory: string;
  /** Messages to register. */
  readonly types: readonly string[];
  /** @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** That others register only what the service publishes or owns. @throws SCHEMA_MISSING */
export function checkElsewhere(scope: Construct, all: readonly string[], elsewhere: readonly string[]): void {
  const unknown = elsewhere.find((type) => !all.includes(type));
  if (unknown === undefined) return;
  const message = `\`schemasElsewhere\` names ${unknown}, which the service neither publishes nor owns; the messages are ${all.join(', ')}.`;
  throw misuse(scope, 'SCHEMA_MISSING', message, { type: unknown });
}

/**
 * What a service has to register: what it publishes and owns, but for what others register. Glue takes each schema once, so
 * a second one would stop the deploy half-way. @throws SCHEMA_TWICE
 */
export function typesToRegister(
  scope: Construct,
  { backbone, all, elsewhere }: { readonly backbone: string; readonly all: readonly string[]; readonly elsewhere: readonly string[] },
): readonly string[] {
  const app = Stage.of(scope) ?? scope.node.root;
  const types = all.filter((type) => !elsewhere.includes(type));
  for (const type of types) {
    const other = madeBefore(app, scope, `the schemas of ${type} in the backbone ${backbone}`)?.node.path;
    if (other !== undefined) {
      const message = `${other} also registers the schemas of ${type}. Name it in \`schemasElsewhere\` of one of the two.`;
      throw misuse(scope, 'SCHEMA_TWICE', message, { type, other });
    }
  }
  return types;
}

const versionFile = /^([1-9][0-9]{0,8})\.json$/;

/**
 * The schemas of messages in the Glue registry, one resource for each version. They stay when the stack goes: events that
 * were published live longer. A version never changes; the check of the schemas refuses it before the deploy.
 */
export class RegisteredSchemas extends Construct {
  constructor(scope: Construct, id: string, props: RegisteredSchemasProps) {
    super(scope, id);
    const { registryName, directory, types, removalPolicy = RemovalPolicy.RETAIN } = props;
    const registry = Stack.of(this).formatArn({ service: 'glue', resource: 'registry', resourceName: registryName });
    for (const type of types) {
      const [first, ...later] = this.#definitions(directory, type);
      const schema = new CfnSchema(this, type, {
        name: type,
        registry: { arn: registry },
        dataFormat: 'JSON',
        compatibility: 'NONE', // our own rules decide before the deploy; Glue's do not hold for JSON
        schemaDefinition: first as string, // version 1 alone: later ones are resources of their own
      });
      schema.applyRemovalPolicy(keptOnceMade(removalPolicy));
      let before: CfnSchema | CfnSchemaVersion = schema;
      for (const [index, schemaDefinition] of later.entries()) {
        const version = new CfnSchemaVersion(this, `${type}-${index + 2}`, { schema: { schemaArn: schema.attrArn }, schemaDefinition });
        // Registered again it is the same one; events in it may be out, from a function that was deployed for a moment.
        version.applyRemovalPolicy(removalPolicy);
        version.node.addDependency(before); // Glue counts them as they come
        before = version;
      }
    }
  }

  /** Texts of all versions, oldest first. */
  #definitions(directory: string, type: string): readonly string[] {
    const folder = join(directory, type);
    const versions = (existsSync(folder) ? readdirSync(folder) : [])
      .flatMap((file) => versionFile.exec(file)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => one - other);
    if (versions.length === 0)
      throw misuse(
        this,
        'SCHEMA_MISSING',
        `${folder} has no schema: the service publishes or owns ${type}. Give the directory with \`${type}/1.json\` as \`schemas\`.`,
        { type },
      );
    // Readers find a version by its number, and Glue counts what is registered.
    const problem = versions.length > VERSIONS_MAX ? TOO_MANY_VERSIONS : gapIn(versions);
    if (problem !== undefined) throw misuse(this, 'SCHEMA_INVALID', `${folder}: ${problem}`, { type });
    return versions.map((version) => {
      const schema = JSON.parse(readFileSync(join(folder, `${version}.json`), 'utf8')) as SchemaObject;
      return glueDefinition({ type, version, schema });
    });
  }
}
