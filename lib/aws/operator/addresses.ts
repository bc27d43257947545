import { compareTexts } from '../../contract/compare-texts.ts';
import { type BackboneAddress, parameterNames, type ServiceAddress } from '../../contract/deployment.ts';
import { ChoreographyError } from '../../contract/errors.ts';
import type { Parameters } from '../parameters.ts';

/** One service, as its deploy has written it down. */
export interface FoundService {
  readonly name: string;
  readonly address: ServiceAddress;
  /** JSON. Absent: not written, or not readable. */
  readonly manifest?: unknown;
  /** Why it is not readable: while a deploy writes its parts one by one, they do not fit together. */
  readonly problem?: unknown;
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ChoreographyError('BACKBONE_UNREADABLE', `The parameter ${name} holds no JSON; deploy what writes it again.`, {
      cause,
      details: { name },
    });
  }
}

/** The backbone's own address. @throws BACKBONE_NOT_FOUND, BACKBONE_UNREADABLE, PARAMETERS_UNAVAILABLE */
export async function findBackbone(parameters: Parameters, backbone: string): Promise<BackboneAddress> {
  const name = parameterNames.backbone(backbone);
  const text = await parameters.get(name);
  if (text !== undefined) return parsed(name, text) as BackboneAddress;
  const region = await parameters.region();
  const where = region === undefined ? '' : ` in ${region}`;
  throw new ChoreographyError('BACKBONE_NOT_FOUND', `There is no backbone ${backbone}${where}: the parameter ${name} is not there.`, {
    details: { backbone, region },
  });
}

/** Parts by service, each joined in the order of their names. */
function manifestTexts(path: string, values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [name, part] of [...values].sort(([left], [right]) => compareTexts(left, right))) {
    const [service = ''] = name.slice(path.length + 1).split('/');
    texts.set(service, (texts.get(service) ?? '') + part);
  }
  return texts;
}

/** One that cannot be read must not keep anybody from the other services. */
function manifestIn(name: string, text: string | undefined): Pick<FoundService, 'manifest' | 'problem'> {
  if (text === undefined) return {};
  try {
    return { manifest: parsed(name, text) };
  } catch (problem) {
    return { problem };
  }
}

/** All services of a backbone, in the order of their names. @throws BACKBONE_UNREADABLE, PARAMETERS_UNAVAILABLE */
export async function findServices(parameters: Parameters, backbone: string): Promise<readonly FoundService[]> {
  const [services, manifests] = [parameterNames.services(backbone), parameterNames.manifests(backbone)];
  const [addresses, parts] = await Promise.all([parameters.list(services), parameters.list(manifests)]);
  const texts = manifestTexts(manifests, parts);
  return [...addresses]
    .map(([path, text]) => {
      const name = path.slice(services.length + 1);
      const known = manifestIn(`${manifests}/${name}`, texts.get(name));
      return { name, address: parsed(path, text) as ServiceAddress, ...known };
    })
    .sort((left, right) => compareTexts(left.name, right.name));
}
