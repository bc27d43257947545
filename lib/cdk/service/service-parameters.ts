import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PARAMETER_CHARACTERS_MAX, parameterNames, type ServiceAddress } from '../../contract/deployment.ts';
import type { AnyService } from '../../contract/service.ts';
import { manifestOf } from '../../topology/manifest.ts';
import { misuse } from '../misuse.ts';
import { writeParameter } from '../parameter.ts';

/** Parts of one manifest: at the most, 200,000 characters of it. */
const MANIFEST_PARTS_MAX = 50;

/** What `writeServiceParameters` takes. */
export interface ServiceParametersProps {
  readonly backbone: string;
  readonly service: AnyService;
  readonly address: ServiceAddress;
  /** Types that the service takes from the bus. */
  readonly busTypes: readonly string[];
  /** The URL and the ARN of the function that takes commands. @default - no command, or no URL for it */
  readonly command?: { readonly url: string; readonly functionArn: string };
}

function partsOf(text: string): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += PARAMETER_CHARACTERS_MAX) parts.push(text.slice(at, at + PARAMETER_CHARACTERS_MAX));
  return parts;
}

function writeManifest(scope: Construct, backbone: string, service: AnyService): void {
  const parts = partsOf(JSON.stringify(manifestOf(service)));
  if (parts.length > MANIFEST_PARTS_MAX) {
    throw misuse(
      scope,
      'MANIFEST_TOO_LONG',
      `the manifest of ${service.name} needs ${parts.length} parameters, and ${MANIFEST_PARTS_MAX} is the limit: split the service.`,
    );
  }
  for (const [index, part] of parts.entries()) {
    const name = String(index + 1).padStart(3, '0'); // in order, for who sorts by name
    writeParameter(scope, `Manifest${name}`, `${parameterNames.manifests(backbone)}/${service.name}/${name}`, part);
  }
}

/**
 * Writes what others find of a service: the manifest for the checks, the subscriptions for the bridge, the address for the
 * tools, the URL and the function of commands for callers. @throws MANIFEST_TOO_LONG, TOO_MANY_SUBSCRIPTIONS
 */
export function writeServiceParameters(scope: Construct, { backbone, service, address, busTypes, command }: ServiceParametersProps): void {
  const below = (path: string) => `${path}/${service.name}`;
  writeManifest(scope, backbone, service);
  writeParameter(scope, 'Address', below(parameterNames.services(backbone)), Stack.of(scope).toJsonString(address));
  const subscriptions = busTypes.join(',');
  if (subscriptions.length > PARAMETER_CHARACTERS_MAX) {
    throw misuse(
      scope,
      'TOO_MANY_SUBSCRIPTIONS',
      `the names of ${busTypes.length} event types have ${subscriptions.length} characters, and a parameter has ${PARAMETER_CHARACTERS_MAX}: split the service.`,
    );
  }
  if (subscriptions !== '') writeParameter(scope, 'Subscriptions', below(parameterNames.subscriptions(backbone)), subscriptions);
  if (!command) return;
  writeParameter(scope, 'CommandUrl', below(parameterNames.commands(backbone)), command.url);
  writeParameter(scope, 'CommandFunction', below(parameterNames.commandFunctions(backbone)), command.functionArn);
}
